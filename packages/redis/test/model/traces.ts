import fc from 'fast-check'

/** What may happen to a shared limit. Times are microseconds. */
export type Step =
  | { readonly type: 'advance'; readonly by: number }
  | { readonly type: 'reserve'; readonly cost: number; readonly waitMax: number }
  /** One of the newest grants goes back: the how manieth from the end. */
  | { readonly type: 'give back'; readonly which: number }
  | { readonly type: 'pause'; readonly length: number }

export interface Trace {
  readonly limit: number
  readonly spacing: number
  readonly queueMax: number
  readonly burst: number
  readonly steps: readonly Step[]
}

const spacing = 1_000

/** Random lives of a limit: crowded ones, as only then anything is decided. */
export const traces: fc.Arbitrary<Trace> = fc
  .record({ limit: fc.integer({ min: 1, max: 5 }), burst: fc.integer({ min: 1, max: 5 }) })
  .chain(({ limit, burst }) => {
    const reserve = fc.record({
      type: fc.constant('reserve' as const),
      cost: fc.oneof(
        { weight: 3, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: limit }) },
      ),
      waitMax: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6 * spacing }), fc.constant(1e9)),
    })
    const advance = fc.record({
      type: fc.constant('advance' as const),
      by: fc.oneof(
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(spacing - 1, spacing, spacing + 1),
        fc.integer({ min: 1, max: 3 * spacing }),
      ),
    })
    const giveBack = fc.record({ type: fc.constant('give back' as const), which: fc.nat({ max: 7 }) })
    const pause = fc.record({
      type: fc.constant('pause' as const),
      length: fc.integer({ min: 1, max: 2 * spacing }),
    })
    const step = fc.oneof(
      { weight: 6, arbitrary: reserve },
      { weight: 3, arbitrary: advance },
      { weight: 2, arbitrary: giveBack },
      { weight: 1, arbitrary: pause },
    )
    return fc.record({
      limit: fc.constant(limit),
      burst: fc.constant(burst),
      spacing: fc.constant(spacing),
      queueMax: fc.oneof(fc.constant(1e5), fc.integer({ min: 0, max: 12 })),
      steps: fc.array<Step>(step, { minLength: 1, maxLength: 60, size: 'max' }),
    })
  })

/** Whether a half-open span of `spacing` holds more than `limit` of the starts. */
export function crowdedSpan(
  starts: readonly number[],
  limit: number,
  spacing: number,
): readonly number[] | undefined {
  const sorted = starts.toSorted((a, b) => a - b)
  for (let first = 0; first + limit < sorted.length; first++) {
    const span = sorted.slice(first, first + limit + 1)
    if (span.at(-1)! - span[0]! < spacing) return span
  }
  return undefined
}
