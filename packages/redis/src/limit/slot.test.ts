import { expect, test } from 'vitest'
import { readiness, type LimitNews, type Slot } from './slot.ts'

const slot: Slot = {
  limit: 'l',
  startUs: 5_000_000,
  generation: 'g',
  movedUs: 0,
  earliestMs: 1_000,
  latestMs: 1_002,
  allowanceMs: 50,
}
const news: LimitNews = { generation: 'g', movedUs: 0, movedAtUs: 0 }

test.each([
  [900, { kind: 'early', byMs: 102 }],
  [1_001.5, { kind: 'early', byMs: 0.5 }],
  [1_002, { kind: 'due' }],
  [1_050, { kind: 'due' }],
  [1_050.5, { kind: 'late', byMs: 50.5 }],
])('readiness: at %s ms it is %o', (nowMs, expected) => {
  expect(readiness(slot, undefined, nowMs)).toEqual(expected)
  expect(readiness(slot, news, nowMs)).toEqual(expected)
})

test('readiness: a moment less sure than the allowance is late from the beginning', () => {
  expect(readiness({ ...slot, latestMs: 1_050 }, undefined, 0)).toEqual({ kind: 'early', byMs: 1_050 })
  expect(readiness({ ...slot, latestMs: 1_050.5 }, undefined, 0)).toEqual({ kind: 'late', byMs: 50.5 })
})

test('readiness: who waited at a pause is moved by it, who was due then has lost the moment', () => {
  const moved = { ...news, movedUs: 300_000 }
  expect(readiness(slot, { ...moved, movedAtUs: 4_999_999 }, 1_002)).toEqual({ kind: 'early', byMs: 300 })
  expect(readiness(slot, { ...moved, movedAtUs: 4_999_999 }, 1_302)).toEqual({ kind: 'due' })
  expect(readiness(slot, { ...moved, movedAtUs: 4_999_999 }, 1_351)).toEqual({ kind: 'late', byMs: 51 })
  expect(readiness(slot, { ...moved, movedAtUs: 5_000_000 }, 1_002)).toEqual({ kind: 'void' })
  // Granted after the first of two pauses: only the second moves it.
  expect(readiness({ ...slot, movedUs: 200_000 }, { ...moved, movedAtUs: 0 }, 1_002)).toEqual({
    kind: 'early',
    byMs: 100,
  })
})

test('readiness: what was granted before the data was lost is void', () => {
  expect(readiness(slot, { ...news, generation: 'h' }, 900)).toEqual({ kind: 'void' })
})
