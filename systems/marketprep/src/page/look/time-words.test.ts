import { expect, test } from 'vitest'
import { provenanceWords } from './provenance-words.ts'
import { relativeTime } from './time-words.ts'

const at = '2026-06-12T10:00:00Z'
const after = (ms: number) => relativeTime(at, Date.parse(at) + ms)

test('relativeTime: the unit grows with the distance', () => {
  expect(after(59_999)).toBe('just now')
  expect(after(60_000)).toBe('1 min ago')
  expect(after(3_599_999)).toBe('59 min ago')
  expect(after(3_600_000)).toBe('1 h ago')
  expect(after(47 * 3_600_000)).toBe('47 h ago')
  expect(after(48 * 3_600_000)).toBe('2 days ago')
})

test('relativeTime: a server clock that is ahead never gives a negative age', () => {
  expect(after(-5_000)).toBe('just now')
})

test.each([
  ['live', 'live'],
  ['cache', 'cached 12 min'],
  ['last-good', 'last good 12 min'],
  ['climate normals', 'climate normals'],
  ['none', 'left out'],
])('provenanceWords: %s is "%s"', (source, words) => {
  expect(provenanceWords(source, at, Date.parse(at) + 12 * 60_000)).toBe(words)
})
