import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { examples, examplesOf, writeExamples, writeRunner, type Example } from './examples.ts'
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

test('examples: a block is run only where its page says so', () => {
  const lines = ['```ts run', 'const a = 1', '```', '```ts', 'const b = 2', '```', '```ts ignore', 'c', '```']
  const found = examplesOf({ path: 'README.md', lines })
  expect(found.map(({ name, isRun }) => [name, isRun])).toEqual([
    ['README.md.L1.ts', true],
    ['README.md.L4.ts', false],
  ])
})

/** Runs examples apart from those of the pages. */
function run(found: readonly Example[], limitMs: number) {
  const folder = mkdtempSync(join(tmpdir(), 'examples-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return spawnSync(process.execPath, [writeRunner(found, limitMs, folder)], { encoding: 'utf8' })
}

test('examples: one that throws and one that does not end are named, and the others run', () => {
  const example = (name: string, text: string): Example => ({ name, text, isRun: true })
  const good = example('good.ts', "const said: string = 'good ran'\nconsole.log(said)")
  const bad = example('bad.ts', "throw new Error('wrong claim')")
  const first = run([bad, good], 10_000)
  expect(first.status).toBe(1)
  expect(first.stdout).toMatch(/bad\.mjs Error: wrong claim[^]*good ran/)
  const second = run([example('hangs.ts', 'await new Promise(() => {})')], 500)
  expect(second.status).toBe(1)
  expect(second.stdout).toContain('hangs.mjs: did not end within 500 ms')
  expect(run([good, { ...bad, isRun: false }], 10_000)).toMatchObject({ status: 0, stdout: 'good ran\n' })
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

test('guides: every example that is run does what its page says', { timeout: 120_000 }, () => {
  const found = examples()
  expect(found.filter(({ isRun }) => isRun).length).toBeGreaterThan(20)
  const { stdout, status } = spawnSync(process.execPath, [writeRunner(found, 60_000)], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
