import { expect, test } from 'vitest'
import { allBusy, hundredBusy, keyNames, sameBusy } from './key-names.ts'

const taken = (next: () => string, count: number): readonly string[] => Array.from({ length: count }, next)

test('keyNames: so many, all different', () => {
  expect(new Set(keyNames(5_000)).size).toBe(5_000)
})

test('allBusy: every key once in each turn, not in the order in which they were made', () => {
  const next = allBusy(1_000)
  const first = taken(next, 1_000)
  expect(first).not.toEqual(keyNames(1_000))
  expect(first.toSorted()).toEqual(keyNames(1_000).toSorted())
  expect(taken(next, 1_000)).toEqual(first)
})

test('sameBusy: the same hundred all the time', () => {
  expect(new Set(taken(sameBusy(1_000), 30_000)).size).toBe(100)
})

test('hundredBusy: the same hundred for 10,000 calls, then a hundred others', () => {
  const next = hundredBusy(1_000)
  const first = new Set(taken(next, 10_000))
  const second = new Set(taken(next, 10_000))
  expect([first.size, second.size]).toEqual([100, 100])
  expect(new Set([...first, ...second]).size).toBe(200)
})

test('hundredBusy: with a hundred keys all of them are', () => {
  const next = hundredBusy(100)
  expect(new Set(taken(next, 10_000)).size).toBe(100)
  expect(new Set(taken(next, 10_000)).size).toBe(100)
})
