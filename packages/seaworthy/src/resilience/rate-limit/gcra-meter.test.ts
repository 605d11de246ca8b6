import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GcraMeter } from './gcra-meter.ts'
import { gcra } from './gcra.ts'

/** Ten units a second: 100 ms for each. */
const tenASecond = { limit: 10, intervalMs: 1_000, burst: 10 }
const smooth = { ...tenASecond, burst: 1 }

/** Takes as soon as possible and tells when. */
function start(meter: GcraMeter, units: number, nowMs: number, slot = 0): number {
  const startMs = meter.startMs(slot, units, nowMs)
  meter.take(slot, units, startMs)
  return startMs
}

/** A bucket that counts its tokens, as textbooks do. Rates are powers of two, so that its sums are exact. */
class TextbookBucket {
  tokens: number
  atMs = 0
  readonly limits: { readonly limit: number; readonly intervalMs: number; readonly burst: number }

  constructor(limits: { readonly limit: number; readonly intervalMs: number; readonly burst: number }) {
    this.limits = limits
    this.tokens = limits.burst
  }

  refill(nowMs: number): void {
    const { limit, intervalMs, burst } = this.limits
    this.tokens = Math.min(burst, this.tokens + ((nowMs - this.atMs) * limit) / intervalMs)
    this.atMs = nowMs
  }
}

test('GcraMeter: starts what a bucket that counts its tokens would start, and tells as many available', () => {
  const limits = fc.record({
    limit: fc.constantFrom(1, 2, 4, 64),
    intervalMs: fc.constantFrom(64, 1024),
    burst: fc.integer({ min: 1, max: 12 }),
  })
  const steps = fc.array(fc.record({ gapMs: fc.nat(300), units: fc.integer({ min: 1, max: 12 }) }), {
    maxLength: 80,
    size: 'max',
  })
  fc.assert(
    fc.property(limits, steps, (rate, calls) => {
      const meter = new GcraMeter(rate)
      const bucket = new TextbookBucket(rate)
      let nowMs = 0
      for (const { gapMs, units } of calls) {
        nowMs += gapMs
        bucket.refill(nowMs)
        expect(meter.available(0, nowMs)).toBe(Math.floor(bucket.tokens))
        if (units > rate.burst) continue
        const missing = Math.max(0, units - bucket.tokens)
        const startMs = meter.startMs(0, units, nowMs)
        expect(startMs - nowMs).toBe((missing * rate.intervalMs) / rate.limit)
        if (missing > 0) continue
        meter.take(0, units, startMs)
        bucket.tokens -= units
      }
    }),
  )
})

test('GcraMeter: is gcra for units of 1', () => {
  const meter = new GcraMeter(tenASecond)
  let arrivalMs: number | undefined
  for (let nowMs = 0; nowMs < 3_000; nowMs += 37) {
    const decision = gcra(arrivalMs, nowMs, { intervalMs: 100, burst: 10 })
    arrivalMs = decision.arrivalMs
    const startMs = meter.startMs(0, 1, nowMs)
    expect(startMs).toBe(nowMs + decision.retryAfterMs)
    if (decision.allowed) meter.take(0, 1, startMs)
    expect(meter.available(0, nowMs)).toBe(decision.remaining)
  }
})

test('GcraMeter: a burst at once, then one unit per interval', () => {
  const meter = new GcraMeter(tenASecond)
  for (let i = 0; i < 10; i++) expect(start(meter, 1, 0)).toBe(0)
  expect([start(meter, 1, 0), start(meter, 1, 0), start(meter, 3, 0)]).toEqual([100, 200, 500])
})

test('GcraMeter: with a burst of 1 units are spaced evenly, also after a rest', () => {
  const meter = new GcraMeter(smooth)
  expect([start(meter, 1, 0), start(meter, 1, 0)]).toEqual([0, 100])
  expect([start(meter, 1, 5_000), start(meter, 1, 5_000)]).toEqual([5_000, 5_100])
})

test('GcraMeter: intervals that no binary number holds refuse no unit of a burst, and start at the moment told', () => {
  for (const limit of [3, 7, 30, 49]) {
    const meter = new GcraMeter({ limit, intervalMs: 1_000, burst: limit })
    const nowMs = 123_456_789.123
    for (let i = 0; i < limit; i++) expect(start(meter, 1, nowMs)).toBe(nowMs)
    expect(meter.available(0, nowMs)).toBe(0)
    for (let i = 1, atMs = nowMs; i < 200; i++) {
      const dueMs = meter.startMs(0, 1, atMs)
      expect(dueMs).toBeCloseTo(nowMs + (i * 1_000) / limit, 3)
      expect(meter.available(0, dueMs)).toBe(1)
      expect(meter.startMs(0, 1, dueMs)).toBe(dueMs)
      meter.take(0, 1, dueMs)
      atMs = dueMs
    }
  }
})

test('GcraMeter: a million units a second are told apart', () => {
  const meter = new GcraMeter({ limit: 1_000_000, intervalMs: 1_000, burst: 1 })
  start(meter, 1, 0)
  expect(meter.startMs(0, 1, 0.0005)).toBe(0.001)
  expect(meter.available(0, 0.0005)).toBe(0)
  expect(meter.available(0, 0.001)).toBe(1)
})

test('GcraMeter: more than the burst starts when the bucket is full and leaves a debt', () => {
  const meter = new GcraMeter(tenASecond)
  start(meter, 1, 0)
  expect(start(meter, 15, 0)).toBe(100)
  expect(start(meter, 1, 100)).toBe(100 + 600)
})

test('GcraMeter: what is given back before its time is all available again', () => {
  const meter = new GcraMeter(tenASecond)
  start(meter, 10, 0)
  const startMs = start(meter, 4, 0)
  expect(startMs).toBe(400)
  meter.giveBack(0, { units: 4, startMs }, 399)
  expect(meter.startMs(0, 1, 399)).toBe(399)
  expect(meter.available(0, 399)).toBe(3)
})

test('GcraMeter: of what is given back late, only what time has not brought back is available', () => {
  const meter = new GcraMeter(tenASecond)
  start(meter, 10, 0)
  meter.giveBack(0, { units: 5, startMs: 0 }, 200)
  expect(meter.available(0, 200)).toBe(2 + 3)
  meter.giveBack(0, { units: 5, startMs: 0 }, 500)
  expect(meter.available(0, 500)).toBe(8)
})

test('GcraMeter: giving back never lets more through than if the units had not been taken', () => {
  const step = fc.record({
    maxWaitMs: fc.constantFrom(0, 0, 50, 500),
    gapMs: fc.nat(40),
    units: fc.integer({ min: 1, max: 6 }),
    back: fc.option(fc.nat(5)),
  })
  const limits = fc.record({
    limit: fc.constant(64),
    intervalMs: fc.constantFrom(512, 1024),
    burst: fc.integer({ min: 1, max: 8 }),
  })
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 120, size: 'max' }), (rate, steps) => {
      const meter = new GcraMeter(rate)
      const taken: { units: number; startMs: number }[] = []
      let nowMs = 0
      for (const { gapMs, units, back, maxWaitMs } of steps) {
        nowMs += gapMs
        const given = back === null ? undefined : taken[back]
        if (given !== undefined) {
          taken.splice(taken.indexOf(given), 1)
          meter.giveBack(0, given, nowMs)
        }
        const startMs = meter.startMs(0, units, nowMs)
        if (startMs > nowMs + maxWaitMs || units > rate.burst) continue
        meter.take(0, units, startMs)
        taken.push({ units, startMs })
      }
      for (const [i, from] of taken.entries()) {
        let sum = 0
        for (const to of taken.slice(i)) {
          sum += to.units
          const addedByRate = ((to.startMs - from.startMs) * rate.limit) / rate.intervalMs
          expect(sum).toBeLessThanOrEqual(rate.burst + addedByRate)
        }
      }
    }),
  )
})

test('GcraMeter: drained, it leaves what was asked for and then the rate', () => {
  const meter = new GcraMeter(tenASecond)
  meter.drain(0, 5_000, 1)
  expect([start(meter, 1, 5_000), start(meter, 1, 5_000)]).toEqual([5_000, 5_100])
  meter.drain(0, 5_000, 10)
  expect(meter.startMs(0, 1, 5_100)).toBe(5_200)
  const even = new GcraMeter(smooth)
  even.drain(0, 5_000, 2)
  expect(even.startMs(0, 1, 5_000)).toBe(5_000)
})

test('GcraMeter: `used` is the share of the burst that is gone', () => {
  const meter = new GcraMeter(tenASecond)
  expect(meter.used(0, 0)).toBe(0)
  start(meter, 5, 0)
  expect(meter.used(0, 0)).toBe(0.5)
  expect(meter.used(0, 250)).toBe(0.25)
  expect(meter.used(0, 600)).toBe(0)
})

test('GcraMeter: a new rate applies at once, and what was used stays used', () => {
  const meter = new GcraMeter(tenASecond)
  start(meter, 10, 1_000)
  meter.reconfigure({ limit: 20, intervalMs: 1_000, burst: 10 }, 1_500)
  expect(meter.available(0, 1_500)).toBe(5)
  expect(meter.startMs(0, 10, 1_500)).toBe(1_750)
  meter.reconfigure({ limit: 20, intervalMs: 1_000, burst: 4 }, 1_500)
  expect(meter.startMs(0, 1, 1_500)).toBe(1_600)
  const idle = new GcraMeter(tenASecond)
  start(idle, 10, 0)
  idle.reconfigure({ limit: 1, intervalMs: 1_000, burst: 10 }, 5_000)
  expect(idle.available(0, 5_000)).toBe(10)
})

test('GcraMeter: slots know nothing of each other, and an opened one is new', () => {
  const meter = new GcraMeter(tenASecond)
  for (let slot = 1; slot <= 40; slot++) meter.open(slot)
  for (let slot = 0; slot <= 40; slot++) start(meter, slot % 10, 0, slot)
  for (let slot = 0; slot <= 40; slot++) expect(meter.available(slot, 0)).toBe(10 - (slot % 10))
  meter.open(39)
  expect(meter.available(39, 0)).toBe(10)
  expect(meter.available(38, 0)).toBe(2)
})

test('GcraMeter: a fork goes its own way from the same state', () => {
  const meter = new GcraMeter(tenASecond)
  meter.open(1)
  start(meter, 4, 0, 1)
  const fork = meter.fork(1)
  expect(fork.available(0, 0)).toBe(6)
  start(fork, 6, 0)
  expect(fork.startMs(0, 1, 0)).toBe(100)
  expect(meter.available(1, 0)).toBe(6)
})
