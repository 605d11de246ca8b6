import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextPressure } from './pressure.ts'
import { shedShare } from './shed-share.ts'

const band = { start: 100, stop: 80, full: 180 }

test.each([
  [0, 99, 0],
  [0, 100, 0.2],
  [0, 130, 0.5],
  [0, 180, 1],
  [0, 1_000, 1],
  // Once shedding, it goes on below the start, down to the stop.
  [0.2, 99, 0.19],
  [0.2, 81, 0.01],
  [0.01, 80, 0],
  [1, 79, 0],
])('nextPressure: after %d, a value of %d presses with %d', (before, value, expected) => {
  expect(nextPressure(before, value, band)).toBeCloseTo(expected, 12)
})

test('nextPressure: does not go on and off with values between stop and start', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 81, max: 99 })), (values) => {
      let [off, on] = [0, 1]
      for (const value of values) {
        off = nextPressure(off, value, band)
        on = nextPressure(on, value, band)
        expect(off).toBe(0)
        expect(on).toBeGreaterThan(0)
      }
    }),
  )
})

test.each([
  [0, 0, 0],
  [0, 0.05, 0.5],
  [0, 0.1, 1],
  [1, 0.1, 0],
  [1, 0.15, 0.5],
  [5, 0.5, 0],
  [5, 0.6, 1],
  [9, 0.9, 0],
  [9, 0.95, 0.5],
  [9, 1, 1],
])('shedShare: of priority %d, at a pressure of %d, %d', (priority, pressure, expected) => {
  expect(shedShare(priority, pressure)).toBeCloseTo(expected, 12)
})

test('shedShare: a priority is only touched when all below are shed', () => {
  const pressures = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.nat(8), pressures, (priority, pressure) => {
      if (shedShare(priority + 1, pressure) > 0) expect(shedShare(priority, pressure)).toBe(1)
      expect(shedShare(priority, 0)).toBe(0)
    }),
  )
})
