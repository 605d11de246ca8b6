import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CsvReader, recordLengthMax, type CsvRecord } from './csv-reader.ts'

function read(text: string, pieceLength = text.length): CsvRecord[] {
  const reader = new CsvReader()
  const records: CsvRecord[] = []
  for (let i = 0; i < text.length; i += Math.max(1, pieceLength)) {
    records.push(...reader.push(text.slice(i, i + Math.max(1, pieceLength))))
  }
  return [...records, ...reader.end()]
}

const fields = (text: string): (readonly string[])[] => read(text).map((record) => record.fields)

const field = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', ',', ';', '"', '\n', '\r\n', 'é', '1'),
  maxLength: 8,
})
const table = fc
  .integer({ min: 2, max: 5 })
  .chain((width) =>
    fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
  )
const lineBreak = fc.constantFrom('\n', '\r\n')

function write(rows: readonly (readonly string[])[], end: string): string {
  const quoted = (text: string): string => (/[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return rows.map((row) => row.map(quoted).join(',') + end).join('')
}

const isBlank = (row: readonly string[]): boolean => row.every((text) => text.trim() === '')

test('CsvReader: what was written is read back, with the line on which each row begins', () => {
  fc.assert(
    fc.property(table, lineBreak, fc.integer({ min: 1, max: 30 }), (rows, end, pieceLength) => {
      const header = rows[0]?.map((_, i) => `column ${i}`) ?? []
      const records = read(write([header, ...rows], end), pieceLength)
      let line = 1
      const expected = [header, ...rows].flatMap((row) => {
        const record = { line, fields: row }
        line += 1 + (row.join('').match(/\r\n|\n|\r/g)?.length ?? 0)
        return isBlank(row) ? [] : [record]
      })
      expect(records).toEqual(expected)
    }),
  )
})

test('CsvReader: agrees with csv-parse on every file that csv-parse accepts', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '\n', ' '), maxLength: 40 })
  fc.assert(
    fc.property(text, (rest) => {
      const file = `x,y\n${rest}`
      let expected: string[][]
      try {
        expected = parse(file, { relax_column_count: true, relax_quotes: false, record_delimiter: '\n' })
      } catch {
        return
      }
      expect(fields(file)).toEqual(expected.filter((row) => !isBlank(row)))
    }),
    { numRuns: 500 },
  )
})

test('CsvReader: however the text is cut, the rows are the same', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ',', '"', '\n', '\r', '\r\n', ';', ' '),
    maxLength: 60,
  })
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 10 }), (rest, pieceLength) => {
      const file = `x,y\n${rest}`
      expect(read(file, pieceLength)).toEqual(read(file))
    }),
    { numRuns: 500 },
  )
})

test('CsvReader: the delimiter is what the first line has most of', () => {
  expect(fields('a;b;c,d\n1;2;3')).toEqual([
    ['a', 'b', 'c,d'],
    ['1', '2', '3'],
  ])
  expect(fields('a\tb\n1\t2')).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ])
})

test('CsvReader: a broken quote is one faulty row, and the next line is read', () => {
  expect(read('a,b\n"x"y,3\n4,5\n')).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['"x"y,3'], fault: expect.stringContaining('closing quote') },
    { line: 3, fields: ['4', '5'] },
  ])
  expect(read('a,b\n"x,3\n4,5\n')).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['"x,3'], fault: expect.stringContaining('must be closed') },
    { line: 3, fields: ['4', '5'] },
  ])
})

test('CsvReader: a quote that is not closed within the longest row costs only its line', () => {
  const rows = '4,5\n'.repeat(recordLengthMax / 4)
  const records = read(`a,b\n"x,3\n${rows}6,7\n`, 1_000)
  expect(records.filter((record) => record.fault !== undefined)).toEqual([
    { line: 2, fields: ['"x,3'], fault: expect.stringContaining('at most') },
  ])
  expect(records.at(-1)).toEqual({ line: recordLengthMax / 4 + 3, fields: ['6', '7'] })
})

test('CsvReader: a line that never ends is one faulty row and is not kept', () => {
  const records = read(`a,b\n${'x'.repeat(recordLengthMax * 3)}\n6,7\n`, 5_000)
  expect(records.map(({ line, fault }) => [line, fault !== undefined])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ])
  expect(records[1]?.fields.join('').length).toBeLessThan(recordLengthMax * 2)
})
