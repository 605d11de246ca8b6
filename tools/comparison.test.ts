import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { declaresTest, labelledTests, labelsOf, tableRows, type TableRow } from './comparison.ts'
import { root } from './source-files.ts'

const page = readFileSync(join(root, 'docs/comparison.md'), 'utf8')
const tests = labelledTests(page)
const features = tableRows(page).filter(({ cells }) => cells.has('seaworthy'))
const traps = tableRows(page).filter(({ cells }) => cells.has('trap'))

function cell({ cells }: TableRow, head: string): string {
  return cells.get(head) ?? ''
}

test('comparison: every test that it names is there', () => {
  const missing = [...tests].filter(([, { file, name }]) => {
    const path = join(root, 'docs', file)
    return !existsSync(path) || !declaresTest(readFileSync(path, 'utf8'), name)
  })
  expect(missing.map(([label, { file, name }]) => `${label}: ${file}: ${name}`)).toEqual([])
})

test('comparison: what it says of us is proved by a test, or it says no', () => {
  expect(features.length).toBeGreaterThan(60)
  const unproved = features.filter((row) => !/^(–|\[[YP]\]\[.+\])$/.test(cell(row, 'seaworthy')))
  expect(unproved.map((row) => cell(row, 'feature'))).toEqual([])
})

test('comparison: every trap is a test', () => {
  expect(traps.length).toBeGreaterThan(25)
  expect(traps.filter((row) => labelsOf(cell(row, 'shown by')).length === 0)).toEqual([])
})

test('comparison: every label leads to a test, and every test is led to', () => {
  const used = [...features, ...traps].flatMap(({ cells }) => [...cells.values()].flatMap(labelsOf))
  expect(used.filter((label) => !tests.has(label))).toEqual([])
  expect([...tests.keys()].filter((label) => !used.includes(label))).toEqual([])
})

test('comparison: every row says something of every library, once', () => {
  const heads = new Set(features.map(({ cells }) => [...cells.keys()].join()))
  expect([...heads]).toHaveLength(1)
  const wrong = features.filter(({ cells }) => [...cells.values()].some((each) => each === ''))
  expect(wrong.map((row) => cell(row, 'feature'))).toEqual([])
  const names = features.map((row) => cell(row, 'feature'))
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('tableRows: cells by the heads of their columns, under the heading above', () => {
  const rows = tableRows('# A\n\n| x | y |\n| - | --- |\n| 1 | a b |\n\n## B\n\n| z |\n|---|\n| 2 |\n| 3 |')
  expect(rows.map(({ section, cells }) => [section, ...cells])).toEqual([
    ['A', ['x', '1'], ['y', 'a b']],
    ['B', ['z', '2']],
    ['B', ['z', '3']],
  ])
})

test('labelledTests: a title in either kind of quotes is the name of the test', () => {
  const labels = labelledTests(
    '[a-1]: x.test.ts "it\'s: what holds"\n[b]: ../y.test.ts \'says "no"\'\n[c]: z.md',
  )
  expect([...labels]).toEqual([
    ['a-1', { file: 'x.test.ts', name: "it's: what holds" }],
    ['b', { file: '../y.test.ts', name: 'says "no"' }],
  ])
  expect(labelsOf('[Y][a-1] [too][b] [c](d)')).toEqual(['a-1', 'b'])
})

test('declaresTest: the whole name, as the argument that it is', () => {
  const text = "test('retry: ends', () => {})\ntest.each([1])(\n  \"it's %s\",\n  () => {})\n// 'a comment'"
  expect(declaresTest(text, 'retry: ends')).toBe(true)
  expect(declaresTest(text, "it's %s")).toBe(true)
  expect(declaresTest(text, 'retry: end')).toBe(false)
  expect(declaresTest(text, 'a comment')).toBe(false)
})
