import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SwitchedClock } from '../timeout/switched-clock.fixture.ts'
import type { OutcomeWindow } from './outcome-window.ts'
import { TimeWindow } from './time-window.ts'

type Step =
  | { readonly kind: 'ok' | 'failed' | 'slow' | 'renew' | 'begin' | 'end' | 'clear' | 'count' }
  | { readonly kind: 'pass'; readonly ms: number }

const still = fc.constantFrom<Exclude<Step['kind'], 'pass'>>(
  ...(['ok', 'ok', 'ok', 'ok', 'failed', 'slow', 'renew', 'begin', 'end', 'clear', 'count'] as const),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  still.map((kind): Step => ({ kind })),
  still.map((kind): Step => ({ kind })),
  fc.nat(400).map((ms): Step => ({ kind: 'pass', ms })),
)

const rule = {
  kind: 'time',
  lengthMs: 1_000,
  buckets: 10,
  failureRate: 0.5,
  slowRate: 0.8,
  minimumCalls: 4,
} as const

test('TimeWindow: a copied clock, whose moments are compared, changes nothing of what it says', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      const clock = new SwitchedClock()
      const { coarse } = clock
      const compared = new TimeWindow(rule)
      const read = new TimeWindow(rule)
      const numbers = { now: () => coarse.now() }
      const both = <T>(ask: (window: OutcomeWindow, now: typeof numbers) => T): void =>
        expect(ask(compared, coarse)).toEqual(ask(read, numbers))
      for (const taken of steps) {
        if (taken.kind === 'pass') clock.pass(taken.ms)
        else if (taken.kind === 'ok') both((window, now) => window.recordOk(now))
        else if (taken.kind === 'count') both((window, now) => window.counts(now))
        else if (taken.kind === 'clear') both((window) => window.clear())
        else if (taken.kind === 'failed' || taken.kind === 'slow') {
          const { kind } = taken
          both((window, now) => window.recordBad(kind, now))
        } else coarse[taken.kind]()
        both((window) => window.save())
      }
    }),
  )
})
