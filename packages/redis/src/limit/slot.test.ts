import { expect, test } from 'vitest'
import type { ServerTime } from './server-time.ts'
import { readiness, startNow, type Knowledge, type LimitNews, type Slot } from './slot.ts'

const slot: Slot = {
  limit: 'l',
  keys: ['l'],
  generation: 'g',
  startUs: 5_000_000,
  movedUs: 0,
  heldUs: 0,
  serverMs: 9_000,
  settings: 0,
  bounds: { earliestMs: 1_000, latestMs: 1_002 },
  allowanceMs: 50,
  heardWithinMs: 100_000,
}
const news: LimitNews = { generation: 'g', movedUs: 0, movedAtUs: 0, heldUs: 0 }

function at(nowMs: number, known: Partial<Knowledge> = {}): Knowledge {
  return { nowMs, news: undefined, time: undefined, canAsk: false, ...known }
}

test.each([
  [900, { kind: 'early', byMs: 102 }],
  [1_001.5, { kind: 'early', byMs: 0.5 }],
  [1_002, { kind: 'due' }],
  [1_050, { kind: 'due' }],
  [1_050.5, { kind: 'late', byMs: 50.5 }],
])('readiness: at %s ms it is %o', (nowMs, expected) => {
  expect(readiness(slot, at(nowMs))).toEqual(expected)
  expect(readiness(slot, at(nowMs, { news }))).toEqual(expected)
})

test('readiness: who waited at a pause is moved by it, who was due then has lost the moment', () => {
  const before = { news: { ...news, movedUs: 300_000, movedAtUs: 4_999_999 } }
  expect(readiness(slot, at(1_002, before))).toEqual({ kind: 'early', byMs: 300 })
  expect(readiness(slot, at(1_302, before))).toEqual({ kind: 'due' })
  expect(readiness(slot, at(1_351, before))).toEqual({ kind: 'late', byMs: 51 })
  const during = { news: { ...news, movedUs: 300_000, movedAtUs: 5_000_000 } }
  expect(readiness(slot, at(1_002, during))).toEqual({ kind: 'void' })
  // Granted after the first of two pauses: only the second moves it.
  expect(readiness({ ...slot, movedUs: 200_000 }, at(1_002, before))).toEqual({ kind: 'early', byMs: 100 })
})

test('readiness: what was granted before the data was lost is void', () => {
  expect(readiness(slot, at(900, { news: { ...news, generation: 'h' } }))).toEqual({ kind: 'void' })
})

const fresh: ServerTime = { leastAheadMs: 7_990, mostAheadMs: 7_991, asOfMs: 1_010, settings: 0 }

test('readiness: what is heard of the server meanwhile makes the moment surer', () => {
  const vague = { ...slot, bounds: { earliestMs: 800, latestMs: 1_200 } }
  expect(readiness(vague, at(1_009, { time: fresh }))).toEqual({ kind: 'early', byMs: expect.closeTo(1, 1) })
  expect(readiness(vague, at(1_011, { time: fresh }))).toEqual({ kind: 'due' })
  expect(readiness(vague, at(1_058, { time: fresh }))).toEqual({ kind: 'due' })
  expect(readiness(vague, at(1_060, { time: fresh }))).toMatchObject({ kind: 'late' })
  // After the clock was set it says nothing of the moment.
  const later = { time: { ...fresh, settings: 1 } }
  expect(readiness(vague, at(1_011, later))).toEqual({ kind: 'early', byMs: 189 })
  expect(readiness(vague, at(1_200, later))).toMatchObject({ kind: 'late', byMs: 400 })
})

test('readiness: too long after the last answer it waits for the earliest that the moment can be, and asks then', () => {
  const stale = { time: { ...fresh, asOfMs: 1_010 - 40_000 }, canAsk: true }
  const vague = { ...slot, bounds: { earliestMs: 900, latestMs: 1_100 } }
  expect(readiness(vague, at(1_000, stale))).toEqual({ kind: 'early', byMs: expect.closeTo(1.004, 1) })
  expect(readiness(vague, at(1_002, stale))).toEqual({ kind: 'unsure' })
  // When the server cannot be asked, it is used only if that is safe either way.
  expect(readiness(vague, at(1_002, { ...stale, canAsk: false }))).toEqual({
    kind: 'early',
    byMs: expect.closeTo(16, 0),
  })
  expect(readiness(vague, at(1_020, { ...stale, canAsk: false }))).toEqual({ kind: 'due' })
  // 31.25 s of running apart are an eighth of the allowance.
  const justFresh = { time: { ...fresh, asOfMs: 1_020 - 31_250 }, canAsk: true }
  expect(readiness(vague, at(1_020, justFresh))).toEqual({ kind: 'due' })
  expect(readiness(vague, at(1_020.1, justFresh))).toEqual({ kind: 'unsure' })
})

test('readiness: when the clock of the limit was held, everything is later, what had passed, too', () => {
  const held = { news: { ...news, heldUs: 300_000 } }
  expect(readiness(slot, at(1_002, held))).toEqual({ kind: 'early', byMs: 300 })
  expect(readiness(slot, at(1_302, held))).toEqual({ kind: 'due' })
  const movedBefore = { news: { ...news, movedUs: 100_000, movedAtUs: 4_999_999, heldUs: 300_000 } }
  expect(readiness(slot, at(1_402, movedBefore))).toEqual({ kind: 'due' })
  // Granted after it was held.
  expect(readiness({ ...slot, heldUs: 300_000 }, at(1_002, held))).toEqual({ kind: 'due' })
})

test('readiness: it is not used when nobody could have told that the clock of the limit was held', () => {
  const silent = { ...slot, heardWithinMs: 500 }
  const heardAt = (asOfMs: number, canAsk: boolean) => ({ time: { ...fresh, asOfMs }, canAsk })
  expect(readiness(silent, at(1_011, heardAt(511, true)))).toEqual({ kind: 'due' })
  expect(readiness(silent, at(1_011, heardAt(510, true)))).toEqual({ kind: 'unsure' })
  expect(readiness(silent, at(1_011, heardAt(510, false)))).toMatchObject({ kind: 'late' })
  // Also where its clock was set meanwhile.
  const set = { time: { ...fresh, asOfMs: 510, settings: 1 }, canAsk: true }
  expect(readiness(silent, at(1_011, set))).toEqual({ kind: 'unsure' })
})

test('readiness: what is late whatever is heard is late, so that nobody asks for ever', () => {
  const stale = { time: { ...fresh, asOfMs: -600_000 }, canAsk: true }
  expect(readiness(slot, at(1_010, stale))).toEqual({ kind: 'unsure' })
  expect(readiness(slot, at(600_000, stale))).toMatchObject({ kind: 'late' })
})

test('startNow: the moment on the clock of the limit, where a pause has moved it to', () => {
  expect(startNow(slot, undefined)).toBe(5_000_000)
  expect(startNow({ ...slot, movedUs: 5 }, { ...news, movedUs: 300, heldUs: 7 })).toBe(5_000_295)
})
