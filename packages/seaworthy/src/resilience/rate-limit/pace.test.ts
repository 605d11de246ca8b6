import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fullPace, shareAt, slowed, type Pace, type PaceRules } from './pace.ts'

const rules: PaceRules = { pauseMs: 1_000, pauseMaxMs: 60_000, slowTo: 0.5, recoverMs: 10_000 }

function refusedAt(pace: Pace, nowMs: number, retryAfterMs?: number): Pace {
  return slowed(pace, { sentMs: nowMs, nowMs, retryAfterMs }, rules)
}

test('slowed: pauses as long as the server asks, else as long as the rules say, at most their maximum', () => {
  expect(refusedAt(fullPace, 500)).toEqual({ kind: 'slowed', sinceMs: 500, untilMs: 1_500, share: 0.5 })
  expect(refusedAt(fullPace, 500, 7_000)).toMatchObject({ untilMs: 7_500 })
  expect(refusedAt(fullPace, 500, 0)).toMatchObject({ untilMs: 500 })
  expect(refusedAt(fullPace, 500, 86_400_000)).toMatchObject({ untilMs: 60_500 })
})

test('slowed: the answer to a call sent before the pause does not extend it, however late it comes', () => {
  const pace = refusedAt(fullPace, 1_000, 2_000)
  expect(slowed(pace, { sentMs: 999, nowMs: 1_001, retryAfterMs: 50_000 }, rules)).toBe(pace)
  expect(slowed(pace, { sentMs: 1_000, nowMs: 5_000, retryAfterMs: 50_000 }, rules)).toBe(pace)
  expect(slowed(pace, { sentMs: 2_999, nowMs: 2_999, retryAfterMs: 50_000 }, rules)).toBe(pace)
  expect(slowed(pace, { sentMs: 3_000, nowMs: 3_000, retryAfterMs: 2_000 }, rules)).toEqual({
    kind: 'slowed',
    sinceMs: 3_000,
    untilMs: 5_000,
    share: 0.25,
  })
})

test('shareAt: grows in a straight line from the end of the pause to the whole limit', () => {
  const pace = refusedAt(fullPace, 0, 2_000)
  expect(shareAt(fullPace, 0, rules)).toBe(1)
  expect([0, 2_000, 3_000, 6_999, 7_000, 90_000].map((atMs) => shareAt(pace, atMs, rules))).toEqual([
    0.5, 0.5, 0.6, 0.9999, 1, 1,
  ])
})

test('slowed: refusals lower the share step by step, and never to nothing', () => {
  let pace: Pace = fullPace
  const shares: number[] = []
  for (let nowMs = 0; nowMs < 7_000; nowMs += 1_000) {
    pace = refusedAt(pace, nowMs, 1_000)
    shares.push(shareAt(pace, nowMs, rules))
  }
  expect(shares).toEqual([0.5, 0.25, 0.125, 0.0625, 0.05, 0.05, 0.05])
})

test('slowed: a refusal while the share grows back begins from where it is', () => {
  const pace = refusedAt(refusedAt(fullPace, 0, 1_000), 3_000)
  expect(shareAt(pace, 3_000, rules)).toBeCloseTo(0.35, 10)
})

test('slowed: a pause never moves back, and its share is always within its bounds', () => {
  const refusal = fc.record({
    gapMs: fc.nat(5_000),
    ageMs: fc.nat(5_000),
    retryAfterMs: fc.option(fc.nat(9_000)),
  })
  fc.assert(
    fc.property(fc.array(refusal, { maxLength: 40, size: 'max' }), (refusals) => {
      let pace: Pace = fullPace
      let nowMs = 10_000
      for (const { gapMs, ageMs, retryAfterMs } of refusals) {
        nowMs += gapMs
        const next = slowed(
          pace,
          { sentMs: nowMs - ageMs, nowMs, retryAfterMs: retryAfterMs ?? undefined },
          rules,
        )
        if (pace.kind === 'slowed' && next.kind === 'slowed') {
          expect(next.untilMs).toBeGreaterThanOrEqual(pace.untilMs)
          if (next !== pace) expect(nowMs - ageMs).toBeGreaterThan(pace.sinceMs)
        }
        pace = next
        const share = shareAt(pace, nowMs, rules)
        expect(share).toBeGreaterThanOrEqual(0.05)
        expect(share).toBeLessThanOrEqual(1)
      }
    }),
  )
})
