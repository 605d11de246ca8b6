import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './source-files.ts'

const page = readFileSync(join(root, 'docs/reference/laws.md'), 'utf8')

interface Law {
  readonly law: string
  readonly tests: readonly { readonly file: string; readonly name: string }[]
}

/** The rows of the page: a law, and the tests that show it. */
function laws(): readonly Law[] {
  const rows = [...page.matchAll(/^\| ([^|]+?) +\| (`[^|]+?) +\|$/gm)]
  return rows.map(([, law = '', shownBy = '']) => ({ law, tests: shownBy.split('<br>').map(testOf) }))
}

function testOf(entry: string): { readonly file: string; readonly name: string } {
  const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(entry) ?? []
  return { file, name }
}

/** Whether a file declares a test of this name. */
function declares({ file, name }: { readonly file: string; readonly name: string }): boolean {
  const path = join(root, file)
  if (file === '' || !existsSync(path)) return false
  const text = readFileSync(path, 'utf8')
  return [`'${name}'`, `"${name}"`].some((literal) => text.includes(literal))
}

test('laws: every law names a test that exists', () => {
  const rows = laws()
  expect(rows.length).toBeGreaterThan(25)
  const missing = rows.flatMap(({ law, tests }) =>
    tests.filter((named) => !declares(named)).map(({ file, name }) => `${law}: ${file}: ${name}`),
  )
  expect(missing).toEqual([])
})
