import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { errorAreas } from './error-reference.ts'
import { partOf, partOfSpecifier, parts, violation } from './layers.ts'
import { importsOf, repositoryFiles, root, type SourceFile } from './source-files.ts'

const code = repositoryFiles(/\.(ts|tsx|mjs)$/)
const source = code.filter(({ path }) => !isTest(path))

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /\/(test|testing)\//.test(path)
}

function where(files: readonly SourceFile[], holds: (line: string) => boolean): readonly string[] {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (holds(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  )
}

test('layers: imports go strictly downward and by public name', () => {
  const wrong = source.flatMap((file) => {
    const from = partOf(file.path)
    if (from === undefined) return []
    return importsOf(file).flatMap((specifier) => {
      const to = partOfSpecifier(specifier)
      const reason = to === undefined ? undefined : violation(from, to)
      return reason === undefined ? [] : [`${file.path}: ${reason}`]
    })
  })
  expect(wrong).toEqual([])
})

test('layers: no relative import leaves its part, tests included', () => {
  const wrong = code.flatMap((file) => {
    const from = homeOf(file.path)
    return importsOf(file)
      .filter((specifier) => specifier.startsWith('.') && from !== undefined)
      .map((specifier) => join(dirname(file.path), specifier))
      .filter((target) => !target.startsWith('tools/') && homeOf(target) !== from)
      .map((target) => `${file.path} imports ${target}`)
  })
  expect(wrong).toEqual([])
})

/** The part that a file belongs to; for tests beside a package's source, the package. */
function homeOf(path: string): unknown {
  return partOf(path) ?? /^packages\/[^/]+\//.exec(path)?.[0]
}

test('layers: every part is there, and every source file belongs to one', () => {
  expect(parts.filter((part) => !existsSync(join(root, part.folder))).map((part) => part.name)).toEqual([])
  const homeless = source.filter(
    ({ path }) => /^(packages|systems|simulators|bench)\//.test(path) && partOf(path) === undefined,
  )
  expect(homeless.map(({ path }) => path)).toEqual([])
})

test('files: none above 400 lines, median at most 120', () => {
  expect(
    code.filter(({ lines }) => lines.length > 401).map(({ path, lines }) => `${path}: ${lines.length}`),
  ).toEqual([])
  const lengths = source.map(({ lines }) => lines.length).sort((a, b) => a - b)
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(120)
})

test('files: index.ts only at the root of a subpath', () => {
  const wrong = source
    .filter(({ path }) => path.endsWith('/index.ts') && !isEntry(path))
    .map(({ path }) => path)
  expect(wrong).toEqual([])
})

function isEntry(path: string): boolean {
  return packages().some(({ folder, exports }) =>
    Object.values(exports).some((target) => join(folder, target) === path),
  )
}

test('packages: every export is a file, and every package says what it is for', () => {
  for (const { folder, exports } of packages()) {
    for (const target of Object.values(exports))
      expect(existsSync(join(root, folder, target)), target).toBe(true)
    expect(existsSync(join(root, folder, 'README.md')), `${folder}/README.md`).toBe(true)
  }
})

test('packages: one version for all', () => {
  expect(new Set(packages().map(({ version }) => version)).size).toBe(1)
})

interface Package {
  readonly folder: string
  readonly version: string
  readonly exports: Readonly<Record<string, string>>
}

function packages(): readonly Package[] {
  return repositoryFiles(/^(packages\/[^/]+|systems\/[^/]+|simulators|bench)\/package\.json$/).map(
    ({ path, text }) => {
      const { version, exports = {} }: { version: string; exports?: Record<string, string> } =
        JSON.parse(text)
      return { folder: dirname(path), version, exports }
    },
  )
}

test('source: nothing is left to do, skipped or silenced', () => {
  const marks = ['TODO', 'FIXME', 'XXX', 'HACK', '@ts-ignore', '@ts-expect-error', 'as any', ': any']
  const pattern = new RegExp(marks.map((mark) => `(^|[^\\w])${mark}\\b`).join('|'))
  const files = code.filter(({ path }) => !path.startsWith('tools/') && !path.endsWith('-types.test.ts'))
  expect(where(files, (line) => pattern.test(line))).toEqual([])
  expect(where(files, (line) => /\b(test|it|describe)\.(only|skip)\(/.test(line))).toEqual([])
})

test('source: nothing is re-exported wholesale', () => {
  expect(where(source, (line) => line.startsWith('export * '))).toEqual([])
})

test('tests: none sleeps', () => {
  const sleeping = /\bsetTimeout\b|timers\/promises/
  const files = code.filter(({ path }) => isTest(path) && !path.startsWith('tools/'))
  expect(where(files, (line) => sleeping.test(line))).toEqual([])
})

test('errors: every code used is in a table, every code in a table is used, and no code is in two', async () => {
  const areas = await errorAreas()
  const declared = areas.flatMap(({ codes }) => Object.keys(codes))
  expect(declared.length).toBe(new Set(declared).size)
  const tables = new Set(areas.map(({ path }) => path))
  const used = new Set(
    source
      .filter(({ path }) => !tables.has(path) && !path.startsWith('tools/'))
      .flatMap(({ text }) => [...text.matchAll(/'(ERR_[A-Z0-9_]+)'/g)].map((match) => match[1] ?? '')),
  )
  expect(declared.filter((name) => !used.has(name))).toEqual([])
  const foreign = /^ERR_(HTTP|STREAM|SOCKET|INVALID_ARG|JWT|JWS|JWKS|MODULE|BUFFER|WORKER)/
  expect([...used].filter((name) => !declared.includes(name) && !foreign.test(name))).toEqual([])
})

test('decisions: every record says its status', () => {
  const wrong = repositoryFiles(/^docs\/decisions\/\d{4}-.*\.md$/).filter(
    ({ text }) => !/^Status: (accepted|replaced by \d{4})/m.test(text),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('workflows: every action is pinned to a commit', () => {
  const files = repositoryFiles(/^\.github\/workflows\/.*\.yml$/)
  expect(where(files, (line) => /uses:/.test(line) && !/@[0-9a-f]{40}\b/.test(line))).toEqual([])
})

test('ARCHITECTURE.md: at most 300 lines', () => {
  expect(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(301)
})
