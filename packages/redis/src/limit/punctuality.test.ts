import { seededRandom } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { Punctuality } from './punctuality.ts'

test.each([
  [100, 20, 20],
  [400, 20, 80],
  [1_000, 50, 200],
  [2_000, 100, 400],
  [60_000, 500, 500],
])('Punctuality: for %s ms it allows for %s ms, and for %s ms at most', (intervalMs, first, most) => {
  const punctuality = new Punctuality()
  expect(punctuality.allowanceMs(intervalMs)).toBe(first)
  punctuality.late(10_000)
  expect(punctuality.allowanceMs(intervalMs)).toBe(most)
})

test('Punctuality: an explicit limit holds', () => {
  const punctuality = new Punctuality(30)
  expect(punctuality.allowanceMs(60_000)).toBe(30)
  punctuality.late(10_000)
  expect(punctuality.allowanceMs(60_000)).toBe(30)
})

test('Punctuality: grows above what was too late, at least by half, and shrinks slowly', () => {
  const punctuality = new Punctuality()
  punctuality.late(120)
  expect(punctuality.allowanceMs(2_000)).toBe(150)
  punctuality.late(151)
  expect(punctuality.allowanceMs(2_000)).toBe(225)
  punctuality.started()
  expect(punctuality.allowanceMs(2_000)).toBeCloseTo(224.775, 9)
  for (let i = 0; i < 2_000; i++) punctuality.started()
  expect(punctuality.allowanceMs(2_000)).toBe(100)
})

test('Punctuality: a delay without end is learned up to an hour', () => {
  const punctuality = new Punctuality(7_200_000)
  for (let i = 0; i < 5; i++) punctuality.late(1e9)
  expect(punctuality.allowanceMs(1)).toBe(3_600_000)
})

test('Punctuality: few units are late in the long run, and it does not allow for much more than needed', () => {
  const punctuality = new Punctuality(10_000)
  const random = seededRandom('punctuality')
  let late = 0
  for (let i = 0; i < 50_000; i++) {
    // Exponential delays of 100 ms on average: one in 400 is above 600 ms.
    const delayMs = -100 * Math.log(1 - random.next())
    if (delayMs <= punctuality.allowanceMs(100)) punctuality.started()
    else {
      late++
      punctuality.late(delayMs)
    }
  }
  expect(late / 50_000).toBeLessThan(0.005)
  expect(punctuality.allowanceMs(100)).toBeLessThan(1_500)
})
