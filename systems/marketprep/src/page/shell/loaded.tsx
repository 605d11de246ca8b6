import { type ReactNode } from 'react'
import type { Query } from '../api/use-query.ts'
import { Failure } from '../look/look.ts'

export interface LoadedProps<T> {
  readonly query: Query<T>
  /** What could not be done, as in "Cannot show the products". */
  readonly cannot: string
  readonly skeleton: ReactNode
  readonly stillWorks?: string
  readonly children: (value: T) => ReactNode
}

/** Skeleton, failure or content. After a failed reload the last content stays below the failure. */
export function Loaded<T>({ query, cannot, skeleton, stillWorks, children }: LoadedProps<T>) {
  const { value, problem, reload } = query
  const failure =
    problem === undefined ? null : (
      <Failure
        title={`${cannot}: ${problem.title}`}
        detail={problem.detail}
        stillWorks={stillWorks}
        correlationId={problem.correlationId}
        onRetry={reload}
      />
    )
  if (value === undefined) return failure ?? <div aria-busy="true">{skeleton}</div>
  return (
    <>
      {failure}
      {children(value)}
    </>
  )
}
