export interface SkeletonProps {
  /** CSS lengths, or percentages of the container. */
  readonly height: number | string
  readonly width?: number | string
}

/** Holds the place of what is coming; to be seen only after 150 ms, so that quick answers do not flicker. */
export function Skeleton({ height, width = '100%' }: SkeletonProps) {
  return <span className="skeleton" style={{ height, width }} aria-hidden="true" />
}
