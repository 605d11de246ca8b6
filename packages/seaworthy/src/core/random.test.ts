import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freshSeed, seededRandom, systemRandom } from './random.ts'
import { systemRuntime } from './runtime.ts'

function take(count: number, next: () => number): readonly number[] {
  return Array.from({ length: count }, next)
}

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, variance }
}

test('seededRandom: the same seed gives the same numbers, another seed others', () => {
  const [one, same, other] = [seededRandom('a'), seededRandom('a'), seededRandom('b')]
  const numbers = take(5, () => one.next())
  expect(take(5, () => same.next())).toEqual(numbers)
  expect(take(5, () => other.next())).not.toEqual(numbers)
})

test('seededRandom: numbers are from 0 up to, not including, 1', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.string()), (seed) => {
      const random = seededRandom(seed)
      expect(take(50, () => random.next()).every((value) => value >= 0 && value < 1)).toBe(true)
    }),
  )
})

test('seededRandom: a fork depends on seed and name only, not on what was drawn before', () => {
  const [fresh, used] = [seededRandom(1), seededRandom(1)]
  used.next()
  const first = fresh.fork('weather').next()
  expect(used.fork('weather').next()).toBe(first)
  expect(fresh.fork('events').next()).not.toBe(first)
})

test('seededRandom: integers cover their range and stay in it', () => {
  const random = seededRandom(1)
  const drawn = new Set(take(500, () => random.integer(-2, 3)))
  expect([...drawn].toSorted((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3])
})

test('seededRandom: normal numbers have the mean and deviation asked for', () => {
  const random = seededRandom(1)
  const { mean, variance } = momentsOf(take(20_000, () => random.normal(10, 3)))
  expect(mean).toBeCloseTo(10, 0)
  expect(Math.sqrt(variance)).toBeCloseTo(3, 0)
})

test.each([0.5, 8, 80])('seededRandom: poisson counts of mean %d have that mean and variance', (expected) => {
  const random = seededRandom(1)
  const counts = take(20_000, () => random.poisson(expected))
  const { mean, variance } = momentsOf(counts)
  expect(Math.abs(mean / expected - 1)).toBeLessThan(0.03)
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05)
  expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true)
})

test('seededRandom: a poisson mean of 0 or less is always 0', () => {
  expect([seededRandom(1).poisson(0), seededRandom(1).poisson(-5)]).toEqual([0, 0])
})

test('freshSeed: differs each time', () => {
  expect(freshSeed()).toMatch(/^[0-9a-f]{16}$/)
  expect(freshSeed()).not.toBe(freshSeed())
})

test('systemRuntime: has the random numbers of the machine', () => {
  expect(systemRuntime.random).toBe(systemRandom)
  const value = systemRandom.next()
  expect(value >= 0 && value < 1).toBe(true)
})
