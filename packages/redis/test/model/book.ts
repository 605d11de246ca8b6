/** A unit that may start from `start` to `start + allowance`. */
export interface BookedUnit {
  readonly start: number
  readonly allowance: number
}

interface Grant extends BookedUnit {
  readonly id: string
  readonly cost: number
  start: number
  isBack: boolean
}

/**
 * What was granted, seen from outside: each grant with its start as its holder knows it. Naive on purpose: it knows nothing
 * of how starts are found.
 */
export class Book {
  readonly grants: Grant[] = []

  add(grant: BookedUnit & { readonly id: string; readonly cost: number }): void {
    this.grants.push({ ...grant, isBack: false })
  }

  /** A pause moves those who wait. */
  move(at: number, by: number): void {
    for (const grant of this.grants) if (grant.start > at) grant.start += by
  }

  units(): readonly BookedUnit[] {
    return this.grants
      .filter(({ isBack }) => !isBack)
      .flatMap(({ start, allowance, cost }) => Array<BookedUnit>(cost).fill({ start, allowance }))
  }

  lastStart(): number {
    return Math.max(0, ...this.units().map(({ start }) => start))
  }
}

/**
 * The units that could all start in one half-open span of `interval`, if they are more than `limit`: those that may start
 * as late as possible together with one that starts as early as possible.
 */
export function crowd(
  units: readonly BookedUnit[],
  limit: number,
  interval: number,
): readonly BookedUnit[] | undefined {
  return units
    .map(({ start: last }) =>
      units.filter(({ start, allowance }) => start <= last && start + allowance > last - interval),
    )
    .find((together) => together.length > limit)
}
