import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InFlightWatch } from './in-flight-watch.ts'

test('InFlightWatch: finds a call to hang after the limit and at most a fifteenth more', () => {
  const watch = new InFlightWatch(1_500, 0)
  watch.begin(0)
  expect(watch.roll(1_599)).toBe(0)
  expect(watch.roll(1_600)).toBe(1)
  expect(watch.roll(1_600)).toBe(0)
  watch.begin(1_699)
  expect(watch.roll(3_199)).toBe(0)
  expect(watch.roll(3_200)).toBe(1)
  expect(watch.hung).toBe(2)
})

test('InFlightWatch: tells of a call that ends whether it had been found, and counts it no longer', () => {
  const watch = new InFlightWatch(1_500, 0)
  watch.begin(10)
  watch.begin(20)
  expect(watch.end(20)).toBe(true)
  expect(watch.roll(100_000)).toBe(1)
  expect(watch.hung).toBe(1)
  expect(watch.end(10)).toBe(false)
  expect(watch.hung).toBe(0)
  watch.begin(100_000)
  expect(watch.end(100_000)).toBe(true)
  expect(watch.roll(200_000)).toBe(0)
})

const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('begin' as const) }),
    fc.record({ type: fc.constant('advance' as const), ms: fc.nat(3_000) }),
    fc.record({ type: fc.constant('end' as const), pick: fc.nat(30) }),
  ),
  { maxLength: 80, size: 'max' },
)

test('InFlightWatch: agrees with a list of all calls', () => {
  const startMs = fc.integer({ min: -10_000, max: 10_000 })
  fc.assert(
    fc.property(startMs, steps, (start, sequence) => {
      let now = start
      const watch = new InFlightWatch(1_500, now)
      let underWay: { readonly at: number; isHung: boolean }[] = []
      for (const next of sequence) {
        if (next.type === 'advance') {
          now += next.ms
          const limit = Math.floor(now / 100) - 15
          const found = underWay.filter((call) => !call.isHung && Math.floor(call.at / 100) < limit)
          for (const call of found) call.isHung = true
          expect(watch.roll(now)).toBe(found.length)
        } else if (next.type === 'begin') {
          watch.begin(now)
          underWay.push({ at: now, isHung: false })
        } else {
          const call = underWay[next.pick % Math.max(1, underWay.length)]
          if (call === undefined) continue
          underWay = underWay.filter((each) => each !== call)
          expect(watch.end(call.at)).toBe(!call.isHung)
        }
        expect(watch.hung).toBe(underWay.filter((call) => call.isHung).length)
      }
    }),
    { numRuns: 500 },
  )
})
