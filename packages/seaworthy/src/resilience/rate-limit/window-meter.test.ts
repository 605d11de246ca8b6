import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WindowMeter } from './window-meter.ts'

const tenASecond = { limit: 10, intervalMs: 1_000, burst: 10 }

interface Start {
  readonly units: number
  readonly startMs: number
}

function start(meter: WindowMeter, units: number, nowMs: number, slot = 0): number {
  const startMs = meter.startMs(slot, units, nowMs)
  meter.take(slot, units, startMs)
  return startMs
}

/** The most units in any span; it suffices to look at those that begin with a start. */
function mostInAnySpan(starts: readonly Start[], intervalMs: number): number {
  return Math.max(
    0,
    ...starts.map(({ startMs: from }) =>
      starts
        .filter(({ startMs }) => startMs >= from && startMs < from + intervalMs)
        .reduce((sum, { units }) => sum + units, 0),
    ),
  )
}

/** The earliest moment by the definition, with all starts at hand. */
function earliest(starts: readonly Start[], units: number, nowMs: number): number {
  const lastMs = Math.max(nowMs, ...starts.map(({ startMs }) => startMs))
  const moments = [lastMs, ...starts.map(({ startMs }) => startMs + tenASecond.intervalMs)]
  return moments
    .filter((momentMs) => momentMs >= lastMs)
    .toSorted((a, b) => a - b)
    .find((startMs) => {
      const inSpan = starts.filter((each) => each.startMs > startMs - tenASecond.intervalMs)
      return inSpan.reduce((sum, each) => sum + each.units, units) <= tenASecond.limit
    }) as number
}

const step = fc.record({
  gapMs: fc.oneof(fc.constant(0), fc.nat(400)),
  units: fc.integer({ min: 1, max: 10 }),
  maxWaitMs: fc.constantFrom(0, 0, 500, 3_000),
  giveBack: fc.option(fc.nat(30)),
})

test('WindowMeter: while the limit fits its grains it starts exactly when the definition allows', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const meter = new WindowMeter(tenASecond, 10)
      const starts: Start[] = []
      let nowMs = 0
      for (const { gapMs, units, maxWaitMs } of steps) {
        nowMs += gapMs
        const startMs = meter.startMs(0, units, nowMs)
        expect(startMs).toBe(earliest(starts, units, nowMs))
        if (startMs > nowMs + maxWaitMs) continue
        meter.take(0, units, startMs)
        starts.push({ units, startMs })
      }
    }),
    { numRuns: 300 },
  )
})

test('WindowMeter: no span holds more than the limit, whatever is reserved and given back, in grains too', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 100, size: 'max' }),
      fc.integer({ min: 1, max: 12 }),
      (steps, grains) => {
        const meter = new WindowMeter(tenASecond, grains)
        const starts: Start[] = []
        let nowMs = 0
        for (const { gapMs, units, maxWaitMs, giveBack } of steps) {
          nowMs += gapMs
          const given = giveBack === null ? undefined : starts[giveBack]
          if (given !== undefined) {
            starts.splice(starts.indexOf(given), 1)
            meter.giveBack(0, given)
          }
          const available = meter.available(0, nowMs)
          const startMs = meter.startMs(0, units, nowMs)
          expect(startMs <= nowMs).toBe(units <= available)
          if (startMs > nowMs + maxWaitMs) continue
          meter.take(0, units, startMs)
          starts.push({ units, startMs })
          expect(meter.available(0, startMs)).toBeGreaterThanOrEqual(0)
        }
        expect(mostInAnySpan(starts, tenASecond.intervalMs)).toBeLessThanOrEqual(tenASecond.limit)
      },
    ),
    { numRuns: 300 },
  )
})

test('WindowMeter: the interval is half open', () => {
  const meter = new WindowMeter(tenASecond, 10)
  expect(start(meter, 10, 0)).toBe(0)
  expect(meter.available(0, 999.999)).toBe(0)
  expect(meter.available(0, 1_000)).toBe(10)
  expect(meter.startMs(0, 1, 1)).toBe(1_000)
  expect(meter.startMs(0, 1, 1_000)).toBe(1_000)
})

test('WindowMeter: all units at the end of an interval let none through at the next, as weighted counters would', () => {
  const meter = new WindowMeter(tenASecond, 10)
  start(meter, 10, 999)
  expect(meter.available(0, 1_900)).toBe(0)
  expect(meter.startMs(0, 1, 1_900)).toBe(1_999)
})

test('WindowMeter: what is asked for later does not start earlier', () => {
  const meter = new WindowMeter(tenASecond, 10)
  start(meter, 8, 0)
  expect(start(meter, 4, 100)).toBe(1_000)
  expect(meter.available(0, 100)).toBe(0)
  expect(start(meter, 1, 100)).toBe(1_000)
})

test('WindowMeter: a reservation far ahead that is given back does not make the past forgotten', () => {
  const meter = new WindowMeter({ ...tenASecond, limit: 1 }, 1)
  start(meter, 1, 0)
  const startMs = start(meter, 1, 0)
  expect(startMs).toBe(1_000)
  meter.giveBack(0, { units: 1, startMs })
  expect(meter.startMs(0, 1, 10)).toBe(1_000)
  expect(meter.available(0, 10)).toBe(0)
  expect(meter.used(0, 10)).toBe(1)
})

test('WindowMeter: units given back in the middle are available, and what was not taken changes nothing', () => {
  const meter = new WindowMeter(tenASecond, 10)
  for (const nowMs of [0, 100, 200]) start(meter, 3, nowMs)
  meter.giveBack(0, { units: 2, startMs: 100 })
  expect(meter.available(0, 200)).toBe(3)
  meter.giveBack(0, { units: 1, startMs: 100 })
  expect(meter.available(0, 200)).toBe(4)
  meter.giveBack(0, { units: 3, startMs: 150 })
  meter.giveBack(0, { units: 3, startMs: 5_000 })
  meter.giveBack(0, { units: 3, startMs: 100 })
  expect(meter.available(0, 200)).toBe(4)
  expect(meter.available(0, 1_000)).toBe(7)
  expect(meter.available(0, 1_200)).toBe(10)
})

test('WindowMeter: a limit above the grains wastes at most one grain, and holds still', () => {
  const limits = { limit: 1_000, intervalMs: 1_000, burst: 1_000 }
  const meter = new WindowMeter(limits, 100)
  const starts: Start[] = []
  for (let i = 0; i < 5_000; i++) {
    const startMs = start(meter, 1, 0)
    starts.push({ units: 1, startMs })
  }
  expect(mostInAnySpan(starts.slice(2_000, 4_000), 1_000)).toBe(1_000)
  expect(start(meter, 1, 0)).toBeLessThanOrEqual(5 * (1_000 + 10))
  const spread = new WindowMeter(limits, 100)
  for (let nowMs = 0; nowMs < 1_000; nowMs++) start(spread, 1, nowMs)
  expect(spread.startMs(0, 1, 1_000)).toBe(1_009)
  expect(spread.available(0, 1_009)).toBe(10)
})

test('WindowMeter: fractions of units leave nothing behind when the window is empty', () => {
  const meter = new WindowMeter(tenASecond, 10)
  for (const units of [0.1, 0.2, 3.3, 0.7]) start(meter, units, 0)
  expect(meter.available(0, 0)).toBe(5)
  expect(start(meter, 5.7, 0)).toBe(0)
  expect(start(meter, 10, 1_000)).toBe(1_000)
  expect(meter.available(0, 2_000)).toBe(10)
  expect(meter.used(0, 2_000)).toBe(0)
})

test('WindowMeter: more units than the limit wait for an empty window', () => {
  const meter = new WindowMeter(tenASecond, 10)
  start(meter, 1, 0)
  start(meter, 1, 300)
  expect(start(meter, 15, 400)).toBe(1_300)
  expect(meter.startMs(0, 1, 1_300)).toBe(2_300)
})

test('WindowMeter: `used` is the share of the limit that is gone', () => {
  const meter = new WindowMeter(tenASecond, 10)
  expect(meter.used(0, 0)).toBe(0)
  start(meter, 4, 0)
  expect(meter.used(0, 0)).toBe(0.4)
  start(meter, 6, 0)
  expect(meter.used(0, 999)).toBe(1)
  meter.drain()
  expect(meter.used(0, 1_000)).toBe(0)
})

test('WindowMeter: a new limit or interval applies at once, and what was used stays used', () => {
  const meter = new WindowMeter(tenASecond, 100)
  for (let i = 0; i < 10; i++) start(meter, 1, i)
  meter.reconfigure({ limit: 20, intervalMs: 1_000, burst: 20 })
  for (let i = 0; i < 10; i++) expect(start(meter, 1, 10 + i)).toBe(10 + i)
  expect(meter.startMs(0, 1, 20)).toBe(1_000)
  meter.reconfigure({ limit: 5, intervalMs: 1_000, burst: 5 })
  expect(meter.startMs(0, 1, 20)).toBe(1_015)
  meter.reconfigure({ limit: 5, intervalMs: 100, burst: 5 })
  expect(meter.startMs(0, 1, 20)).toBe(115)
  meter.reconfigure({ limit: 500, intervalMs: 1_000, burst: 500 })
  expect(meter.available(0, 20)).toBe(480)
})

test('WindowMeter: slots know nothing of each other, and an opened one is new', () => {
  const meter = new WindowMeter(tenASecond, 10)
  for (let slot = 1; slot <= 40; slot++) meter.open(slot)
  for (let slot = 0; slot <= 40; slot++) {
    for (let unit = 0; unit < slot % 10; unit++) start(meter, 1, unit, slot)
  }
  for (let slot = 0; slot <= 40; slot++) expect(meter.available(slot, 9)).toBe(10 - (slot % 10))
  start(meter, 10, 9, 10)
  start(meter, 10, 9, 10)
  meter.open(10)
  expect(meter.available(10, 9)).toBe(10)
  expect(meter.available(19, 9)).toBe(1)
})

test('WindowMeter: a fork goes its own way from the same state', () => {
  const meter = new WindowMeter(tenASecond, 10)
  meter.open(1)
  for (let i = 0; i < 14; i++) start(meter, 1, i * 100, 1)
  const fork = meter.fork(1)
  expect(fork.startMs(0, 3, 1_300)).toBe(meter.startMs(1, 3, 1_300))
  start(fork, 1, 1_400)
  expect(meter.available(1, 1_400)).toBe(1)
  expect(fork.available(0, 1_400)).toBe(0)
  const alone = new WindowMeter({ ...tenASecond, limit: 1 }, 1)
  start(alone, 1, 0)
  alone.giveBack(0, { units: 1, startMs: start(alone, 1, 0) })
  expect(alone.fork(0).startMs(0, 1, 10)).toBe(1_000)
})
