import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { examples, examplesOf, writeExamples } from './examples.ts'
import { root } from './source-files.ts'

const page = [
  'text',
  '<!-- given',
  'declare const n: number',
  '-->',
  '```ts',
  'const m: number = n',
  '```',
  '```ts ignore',
  'not checked',
  '```',
  '```ts',
  'const s = 1',
  '```',
]

test('examples: each block is a module with what is given above it, on the lines of its page', () => {
  const [first, second, ...rest] = examplesOf({ path: 'docs/guides/a.md', lines: page })
  expect(rest).toEqual([])
  expect(first?.name).toBe('docs.guides.a.md.L5.ts')
  expect(first?.text.split('\n').slice(0, 6)).toEqual([
    '',
    '',
    'declare const n: number',
    '',
    '',
    'const m: number = n',
  ])
  expect(second?.text.trim()).toBe('const s = 1\nexport {}')
  expect(second?.text.split('\n').indexOf('const s = 1')).toBe(11)
})

test('guides: every TypeScript example agrees with the packages', { timeout: 120_000 }, () => {
  const found = examples()
  expect(found.length).toBeGreaterThan(5)
  const configuration = writeExamples(found)
  const { stdout, stderr, status } = spawnSync(
    join(root, 'node_modules/.bin/tsc'),
    ['-p', configuration, '--pretty', 'false'],
    { cwd: root, encoding: 'utf8' },
  )
  expect(`${stdout}${stderr}`.trim()).toBe('')
  expect(status).toBe(0)
})
