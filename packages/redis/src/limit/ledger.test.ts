import { expect, test } from 'vitest'
import { Ledger, type GrantNotice } from './ledger.ts'

const answer = { sentAtMs: 0, receivedAtMs: 2, serverMs: 101 }
const news = { generation: 'g', movedUs: 0, movedAtUs: 0, heldUs: 0 }

function notice(countUntilMs: number, generation = 'g'): GrantNotice {
  return {
    news: { ...news, generation },
    units: { keys: ['a', 'b'], spacingUs: 10, countUntilMs },
    answer,
  }
}

test('Ledger: knows the generation of its units as long as they count', () => {
  const ledger = new Ledger(10)
  expect(ledger.generationOf('l', 0)).toBe('')
  expect(ledger.noteGrant('l', notice(100)).mostAheadMs).toBeCloseTo(101, 2)
  const quicker = { ...notice(50), answer: { sentAtMs: 3, receivedAtMs: 3, serverMs: 103 } }
  expect(ledger.noteGrant('l', quicker).mostAheadMs).toBeCloseTo(100, 2)
  expect(ledger.noteGrant('other', notice(50)).mostAheadMs).toBeCloseTo(101, 2)
  expect(ledger.generationOf('l', 99)).toBe('g')
  expect(ledger.generationOf('l', 100)).toBe('')
  expect(ledger.usedOf('l', 99)).toEqual({
    limit: 'l',
    generation: 'g',
    keys: ['a', 'b'],
    spacingUs: 10,
    countUntilMs: 100,
  })
  expect(ledger.usedOf('l', 100)).toBeUndefined()
  expect(ledger.newsOf('l')).toEqual(news)
})

test('Ledger: takes notice of news only of limits that it has units of', () => {
  const ledger = new Ledger(10)
  ledger.note('l', news, answer)
  expect(ledger.newsOf('l')).toBeUndefined()
  ledger.noteGrant('l', notice(100))
  ledger.note('l', { generation: 'h', movedUs: 5, movedAtUs: 3, heldUs: 0 }, { ...answer, sentAtMs: 1 })
  expect(ledger.timeOf('l')?.mostAheadMs).toBeCloseTo(100, 2)
  expect(ledger.timeOf('other')).toBeUndefined()
  expect(ledger.newsOf('l')).toEqual({ generation: 'h', movedUs: 5, movedAtUs: 3, heldUs: 0 })
  expect(ledger.generationOf('l', 0)).toBe('h')
})

test('Ledger: forgets the limit that was unused for longest, and those whose units count no more', () => {
  const ledger = new Ledger(2)
  ledger.noteGrant('a', notice(10))
  ledger.noteGrant('b', notice(20))
  ledger.noteGrant('a', notice(10))
  ledger.noteGrant('c', notice(30))
  expect(ledger.size).toBe(2)
  expect(ledger.newsOf('b')).toBeUndefined()
  expect(ledger.inUse(9).map(({ limit }) => limit)).toEqual(['a', 'c'])
  expect(ledger.inUse(10).map(({ limit }) => limit)).toEqual(['c'])
  expect(ledger.size).toBe(1)
})

test('Ledger: units that were moved, or held, count for longer by as much', () => {
  const ledger = new Ledger(10)
  ledger.noteGrant('l', notice(100))
  ledger.note('l', { ...news, movedUs: 5_000, heldUs: 2_000 }, answer)
  expect(ledger.usedOf('l', 106.9)).toMatchObject({ countUntilMs: 107 })
  ledger.note('l', { ...news, generation: 'h' }, answer)
  expect(ledger.usedOf('l', 106.9)).toMatchObject({ countUntilMs: 107 })
})
