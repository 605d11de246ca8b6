import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gcra, type GcraRate } from './gcra.ts'

/** Powers of two, so that sums of intervals are exact. */
const rates: fc.Arbitrary<GcraRate> = fc.record({
  intervalMs: fc.constantFrom(1, 2, 16, 64, 1024),
  burst: fc.integer({ min: 1, max: 20 }),
})
const gaps = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 200, size: 'max' })

function allowedTimes(rate: GcraRate, gapsMs: readonly number[]): number[] {
  const times: number[] = []
  let nowMs = 0
  let arrivalMs: number | undefined
  for (const gapMs of gapsMs) {
    nowMs += gapMs
    const decision = gcra(arrivalMs, nowMs, rate)
    arrivalMs = decision.arrivalMs
    if (decision.allowed) times.push(nowMs)
  }
  return times
}

test('gcra: no span holds more than the burst and what the rate adds', () => {
  fc.assert(
    fc.property(rates, gaps, (rate, gapsMs) => {
      const times = allowedTimes(rate, gapsMs)
      for (const [i, from] of times.entries()) {
        for (const [j, to] of times.slice(i).entries()) {
          expect(j + 1).toBeLessThanOrEqual(rate.burst + (to - from) / rate.intervalMs)
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('gcra: `remaining` is exactly how many more pass at once', () => {
  fc.assert(
    fc.property(rates, gaps, (rate, gapsMs) => {
      let nowMs = 0
      let arrivalMs: number | undefined
      for (const gapMs of gapsMs) {
        nowMs += gapMs
        const decision = gcra(arrivalMs, nowMs, rate)
        let more = 0
        for (let at = decision.arrivalMs; ; more++) {
          const next = gcra(at, nowMs, rate)
          if (!next.allowed) break
          at = next.arrivalMs
        }
        expect(decision.remaining).toBe(more)
        arrivalMs = decision.arrivalMs
      }
    }),
    { numRuns: 50 },
  )
})

test('gcra: a refusal changes nothing, and `retryAfterMs` is the first moment that passes', () => {
  fc.assert(
    fc.property(rates, gaps, (rate, gapsMs) => {
      let nowMs = 0
      let arrivalMs: number | undefined
      for (const gapMs of gapsMs) {
        nowMs += gapMs
        const decision = gcra(arrivalMs, nowMs, rate)
        if (!decision.allowed) {
          expect(decision.arrivalMs).toBe(arrivalMs)
          expect(gcra(arrivalMs, nowMs + decision.retryAfterMs - 0.5, rate).allowed).toBe(false)
          expect(gcra(arrivalMs, nowMs + decision.retryAfterMs, rate).allowed).toBe(true)
        }
        arrivalMs = decision.arrivalMs
      }
    }),
  )
})

test('gcra: after `resetMs` the whole burst is there again', () => {
  const rate = { intervalMs: 100, burst: 3 }
  let arrivalMs: number | undefined
  for (let i = 0; i < 3; i++) arrivalMs = gcra(arrivalMs, 0, rate).arrivalMs
  const refused = gcra(arrivalMs, 0, rate)
  expect(refused).toEqual({ allowed: false, arrivalMs: 300, remaining: 0, resetMs: 300, retryAfterMs: 100 })
  expect(gcra(arrivalMs, 300, rate).remaining).toBe(2)
})
