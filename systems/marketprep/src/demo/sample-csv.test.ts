import { expect, test } from 'vitest'
import { sampleCsv } from './sample-csv.ts'

test('sampleCsv: the same seed gives the same file, another seed another', () => {
  const options = { lastDay: '2026-06-13', weeks: 4 }
  expect(sampleCsv({ ...options, seed: 1 })).toBe(sampleCsv({ ...options, seed: 1 }))
  expect(sampleCsv({ ...options, seed: 1 })).not.toBe(sampleCsv({ ...options, seed: 2 }))
})

test('sampleCsv: a longer file ends with the shorter one', () => {
  const rows = (weeks: number): string[] =>
    sampleCsv({ seed: 1, lastDay: '2026-06-13', weeks }).split('\n').slice(1)
  const short = rows(3)
  expect(rows(5).slice(-short.length)).toEqual(short)
})

test('sampleCsv: a year has more than 5,000 rows', () => {
  expect(sampleCsv({ seed: 1, lastDay: '2026-06-13' }).split('\n').length).toBeGreaterThan(5_000)
})
