import fc from 'fast-check'

/** What may happen to a shared limit. Times are microseconds. */
export type Step =
  | { readonly type: 'advance'; readonly by: number }
  | { readonly type: 'reserve'; readonly cost: number; readonly waitMax: number; readonly allowance: number }
  /** One of the newest grants goes back: the how manieth from the end. */
  | { readonly type: 'give back'; readonly which: number }
  | { readonly type: 'pause'; readonly length: number }
  /** One of the newest grants comes too late, and the clock is held for it: the how manieth from the end. */
  | { readonly type: 'hold'; readonly which: number }

export interface Trace {
  readonly limit: number
  readonly interval: number
  readonly queueMax: number
  readonly burst: number
  readonly steps: readonly Step[]
}

const interval = 1_000

/** Random lives of a limit: crowded ones, as only then anything is decided. */
export const traces: fc.Arbitrary<Trace> = fc
  .record({ limit: fc.integer({ min: 1, max: 5 }), burst: fc.integer({ min: 1, max: 5 }) })
  .chain(({ limit, burst }) =>
    fc.record({
      limit: fc.constant(limit),
      burst: fc.constant(burst),
      interval: fc.constant(interval),
      queueMax: fc.oneof(fc.constant(1e5), fc.integer({ min: 0, max: 12 })),
      steps: fc.array<Step>(stepsOf(limit), { minLength: 1, maxLength: 60, size: 'max' }),
    }),
  )

function stepsOf(limit: number): fc.Arbitrary<Step> {
  const one = { weight: 3, arbitrary: fc.constant(1) }
  const reserve = fc.record({
    type: fc.constant('reserve' as const),
    cost: fc.oneof(one, { weight: 1, arbitrary: fc.integer({ min: 1, max: limit }) }),
    waitMax: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6 * interval }), fc.constant(1e9)),
    allowance: fc.oneof(
      { weight: 6, arbitrary: fc.constant(50) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 200 }) },
    ),
  })
  const advance = fc.record({
    type: fc.constant('advance' as const),
    by: fc.oneof(
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(interval - 1, interval, interval + 1, interval + 49, interval + 50, interval + 51),
      fc.integer({ min: 1, max: 3 * interval }),
    ),
  })
  const giveBack = fc.record({ type: fc.constant('give back' as const), which: fc.nat({ max: 7 }) })
  const pause = fc.record({
    type: fc.constant('pause' as const),
    length: fc.integer({ min: 1, max: 2 * interval }),
  })
  const hold = fc.record({ type: fc.constant('hold' as const), which: fc.nat({ max: 7 }) })
  return fc.oneof(
    { weight: 6, arbitrary: reserve },
    { weight: 3, arbitrary: advance },
    { weight: 2, arbitrary: giveBack },
    { weight: 1, arbitrary: pause },
    { weight: 2, arbitrary: hold },
  )
}
