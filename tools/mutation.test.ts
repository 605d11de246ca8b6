import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { equivalents } from './mutation-equivalents.ts'
import { shouldIgnore } from './mutation-messages.ts'
import {
  isEquivalent,
  oneLine,
  percent,
  report,
  scores,
  scoresJson,
  type TriedMutant,
} from './mutation-score.ts'
import { repositoryFiles, root } from './source-files.ts'

const base = 'packages/seaworthy/src/resilience'

function mutant(change: Partial<TriedMutant>): TriedMutant {
  return {
    path: `${base}/retry/backoff.ts`,
    line: 7,
    mutator: 'EqualityOperator',
    original: 'a < b',
    replacement: 'a <= b',
    fate: 'killed',
    ...change,
  }
}

const tried = [
  mutant({}),
  mutant({ fate: 'survived', line: 12 }),
  mutant({ fate: 'uncovered', line: 9, original: 'a\n  < b' }),
  mutant({ fate: 'void' }),
  mutant({ path: `${base}/breaker/permit.ts` }),
  mutant({ path: `${base}/breaker/permit.ts`, fate: 'equivalent' }),
  mutant({ path: `${base}/index.ts` }),
]

test('mutation: folders and all are counted without what is equivalent or could not run', () => {
  expect(scores(tried, base)).toEqual([
    { name: '.', killed: 1, survived: 0, uncovered: 0, equivalent: 0, total: 1 },
    { name: 'breaker', killed: 1, survived: 0, uncovered: 0, equivalent: 1, total: 1 },
    { name: 'retry', killed: 1, survived: 2, uncovered: 1, equivalent: 0, total: 3 },
    { name: 'all', killed: 3, survived: 2, uncovered: 1, equivalent: 1, total: 5 },
  ])
})

test('mutation: the figures can be had as JSON, with the share in percent', () => {
  const rows: unknown = JSON.parse(scoresJson(tried, base))
  expect(rows).toEqual(scores(tried, base).map((row) => ({ ...row, percent: expect.any(Number) })))
  expect(rows).toMatchObject([{ percent: 100 }, { percent: 100 }, { percent: 33.3 }, { percent: 60 }])
})

test('mutation: the share is in percent, and nothing to kill is all', () => {
  expect(percent({ killed: 3, total: 4 })).toBe(75)
  expect(percent({ killed: 0, total: 0 })).toBe(100)
})

test('mutation: the report names each survivor by line, then the folders', () => {
  expect(report(tried, base).split('\n')).toEqual([
    `${base}/retry/backoff.ts:9 EqualityOperator, no test comes here`,
    '    a < b  =>  a <= b',
    `${base}/retry/backoff.ts:12 EqualityOperator`,
    '    a < b  =>  a <= b',
    '',
    '.              100.0 %        1 of 1',
    'breaker        100.0 %        1 of 1  (1 equivalent)',
    'retry           33.3 %        1 of 3',
    'all             60.0 %        3 of 5  (1 equivalent)',
    '',
  ])
})

test('mutation: only the very mutant of the list is equivalent', () => {
  const listed = {
    file: 'retry/backoff.ts',
    mutator: 'EqualityOperator',
    original: 'a < b',
    replacement: 'a <= b',
    reason: 'they are never equal',
  }
  expect(isEquivalent(mutant({ original: 'a <\n b' }), [listed])).toBe(true)
  expect(isEquivalent(mutant({}), [])).toBe(false)
  for (const other of [
    { path: `${base}/other-retry/backoff.tsx` },
    { path: `${base}/no-retry/backoff.ts` },
    { mutator: 'Regex' },
    { original: 'b < a' },
    { replacement: 'a >= b' },
  ]) {
    expect(isEquivalent(mutant(other), [listed])).toBe(false)
  }
})

test('mutation: texts for people are left alone, names and values are not', () => {
  const string = (value: string) => shouldIgnore({ node: { type: 'StringLiteral', value } })
  expect(string('Cannot retry')).toBe('a text for people')
  expect(string('half-open')).toBeUndefined()
  const template = (...parts: readonly string[]) =>
    shouldIgnore({ node: { type: 'TemplateLiteral', quasis: parts.map((raw) => ({ value: { raw } })) } })
  expect(template('must be at least ', '')).toBe('a text for people')
  expect(template('', ':', '')).toBeUndefined()
  expect(shouldIgnore({ node: { type: 'NumericLiteral', value: 1 } })).toBeUndefined()
})

test('mutation: every mutant of the list of equivalents is of source that is there, and has a reason', () => {
  const sources = repositoryFiles(new RegExp(`^${base}/.*\\.ts$`))
  const wrong = equivalents.filter(({ file, original, reason }) => {
    const found = sources.find(({ path }) => path.endsWith(`/${file}`))
    return reason === '' || found === undefined || !oneLine(found.text).includes(original)
  })
  expect(wrong).toEqual([])
})

test('mutation: the command is in package.json', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  expect(scripts['mutation']).toBe('node tools/mutation.ts')
})
