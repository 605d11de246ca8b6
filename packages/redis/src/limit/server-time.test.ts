import fc from 'fast-check'
import { expect, test } from 'vitest'
import { localBounds, observeServerTime, type ServerTime } from './server-time.ts'

test('observeServerTime: one answer bounds the difference by its round trip', () => {
  const time = observeServerTime(undefined, { sentAtMs: 100, receivedAtMs: 110, serverMs: 1_005 })
  expect(time.leastAheadMs).toBeCloseTo(895 - 0.002, 9)
  expect(time.mostAheadMs).toBeCloseTo(905 + 0.002, 9)
  expect(time).toMatchObject({ asOfMs: 110, settings: 0 })
})

test('observeServerTime: a quick answer stays of use for a slow one, less so as time goes on', () => {
  const quick = observeServerTime(undefined, { sentAtMs: 100, receivedAtMs: 102, serverMs: 1_001 })
  const slow = observeServerTime(quick, { sentAtMs: 1_102, receivedAtMs: 1_602, serverMs: 2_250 })
  expect(slow.leastAheadMs).toBeCloseTo(899 - 0.3004, 9)
  expect(slow.mostAheadMs).toBeCloseTo(901 + 0.3004, 9)
  expect(slow).toMatchObject({ asOfMs: 1_602, settings: 0 })
})

test('observeServerTime: answers that contradict each other show that a clock was set', () => {
  const before = observeServerTime(undefined, { sentAtMs: 100, receivedAtMs: 102, serverMs: 1_001 })
  for (const serverMs of [1_020, 990]) {
    const after = observeServerTime(before, { sentAtMs: 103, receivedAtMs: 105, serverMs })
    expect(after).toMatchObject({ asOfMs: 105, settings: 1 })
    expect(after.leastAheadMs).toBeCloseTo(serverMs - 105, 2)
    expect(after.mostAheadMs).toBeCloseTo(serverMs - 103, 2)
  }
})

test('localBounds: a moment is as sure as the difference, and less the farther it is', () => {
  const time: ServerTime = { leastAheadMs: 900, mostAheadMs: 902, asOfMs: 100, settings: 0 }
  expect(localBounds(time, 1_000)).toEqual({ earliestMs: 98, latestMs: 100 })
  const { earliestMs, latestMs } = localBounds(time, 11_000)
  expect(earliestMs).toBeCloseTo(10_098 - 2, 9)
  expect(latestMs).toBeCloseTo(10_100 + 2, 9)
})

test('server time: the bounds hold the truth, whatever ways the answers took and while the clocks run apart', () => {
  const exchange = fc.record({
    restMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
    thereMs: fc.double({ min: 0.01, max: 400, noNaN: true }),
    backMs: fc.double({ min: 0.01, max: 400, noNaN: true }),
  })
  const rate = fc.double({ min: 1 - 1.9e-4, max: 1 + 1.9e-4, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(exchange, { minLength: 1, maxLength: 30, size: 'max' }),
      rate,
      fc.double({ min: 0, max: 60_000, noNaN: true }),
      (exchanges, serverRate, aheadMs) => {
        const serverAt = (localMs: number): number => 1e6 + localMs * serverRate
        let nowMs = 0
        let known: ServerTime | undefined
        let narrowest = Infinity
        for (const { restMs, thereMs, backMs } of exchanges) {
          const sentAtMs = nowMs + restMs
          const receivedAtMs = sentAtMs + thereMs + backMs
          known = observeServerTime(known, { sentAtMs, receivedAtMs, serverMs: serverAt(sentAtMs + thereMs) })
          nowMs = receivedAtMs
          expect(known.asOfMs).toBe(receivedAtMs)
          const { leastAheadMs, mostAheadMs } = known
          // Never worse than the last answer alone.
          expect(mostAheadMs - leastAheadMs).toBeLessThanOrEqual((thereMs + backMs) * 1.000_4 + 1e-6)
          narrowest = Math.min(narrowest, mostAheadMs - leastAheadMs)
        }
        const momentMs = nowMs + aheadMs
        const { earliestMs, latestMs } = localBounds(known!, serverAt(momentMs))
        expect(earliestMs).toBeLessThanOrEqual(momentMs + 1e-6)
        expect(latestMs).toBeGreaterThanOrEqual(momentMs - 1e-6)
      },
    ),
  )
})
