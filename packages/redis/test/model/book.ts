/** A unit as its holder knows it. Times of the limit run behind the real ones by as much as its clock was held. */
export interface BookedUnit {
  /** The moment on the clock of the limit. */
  readonly start: number
  readonly allowance: number
  /** Between which real times it may start, or may have started. */
  readonly earliest: number
  readonly latest: number
}

interface Grant extends BookedUnit {
  readonly id: string
  readonly cost: number
  start: number
  earliest: number
  latest: number
  isBack: boolean
}

/**
 * What was granted, seen from outside: each grant with its start as its holder knows it. Naive on purpose: it knows nothing
 * of how starts are found.
 */
export class Book {
  readonly grants: Grant[] = []
  #held = 0

  add(grant: {
    readonly id: string
    readonly cost: number
    readonly start: number
    readonly allowance: number
  }): void {
    const earliest = grant.start + this.#held
    this.grants.push({ ...grant, earliest, latest: earliest + grant.allowance, isBack: false })
  }

  /** A pause moves those who wait; one that had its moment before the clock was held may have started already. */
  move(at: number, by: number): void {
    for (const grant of this.grants) {
      if (grant.start <= at) continue
      const mayHaveStarted = grant.earliest <= at + this.#held
      grant.start += by
      grant.latest += by
      if (!mayHaveStarted) grant.earliest += by
    }
  }

  /**
   * The clock is held: it was at `before`, and is at `at`. Who is yet to come is later; who is to start within
   * `unheardFor` may not hear of it. Who had the moment may have started, or starts now.
   */
  hold({
    before,
    at,
    unheardFor,
  }: {
    readonly before: number
    readonly at: number
    readonly unheardFor: number
  }): void {
    const real = before + this.#held
    this.#held += before - at
    for (const grant of this.grants) {
      if (grant.earliest > real + unheardFor) grant.earliest = grant.start + this.#held
      if (grant.start + grant.allowance >= at) grant.latest = grant.start + this.#held + grant.allowance
    }
  }

  units(): readonly BookedUnit[] {
    return this.grants
      .filter(({ isBack }) => !isBack)
      .flatMap((grant) => Array<BookedUnit>(grant.cost).fill(grant))
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
    .map(({ earliest: last }) =>
      units.filter(({ earliest, latest }) => earliest <= last && latest > last - interval),
    )
    .find((together) => together.length > limit)
}
