import type { Clock } from 'seaworthy/core'
import type { FallbackStep } from 'seaworthy/resilience'

/** How fresh the vendor's sales are, as the answer of asking Square for new orders. */
export interface SalesFreshness {
  /** Up to when Square's orders are stored; undefined before the first synchronisation. */
  readonly upTo: Date | undefined
}

/** How old stored sales may be before the answer says that they are old. */
const freshForMs = 24 * 60 * 60 * 1_000

/**
 * Answers with the sales that are stored already. They are good up to a day; older ones are still better than none, but
 * carry another name. Before the first synchronisation it has none.
 */
export function storedSales<Args extends readonly unknown[], const Source extends string>(
  source: Source,
  {
    when,
    lastSync,
  }: { readonly when: 'fresh' | 'old'; readonly lastSync: (...args: Args) => Promise<Date | undefined> },
): FallbackStep<Args, SalesFreshness, Source> {
  return Object.freeze({
    source,
    start: (clock: Clock) => ({
      find: async (args: Args) => {
        const upTo = await lastSync(...args)
        if (upTo === undefined) return undefined
        const ageMs = clock.wallTime() - upTo.getTime()
        const age = ageMs <= freshForMs ? 'fresh' : 'old'
        return age === when ? { value: { upTo }, asOf: upTo, ageMs } : undefined
      },
    }),
  })
}
