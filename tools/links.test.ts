import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryFiles, root } from './source-files.ts'

const link = /\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g

/** The text of a page without its code, in which brackets mean something else. */
function prose(text: string): string {
  return text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
}

/** The anchors that the headings of a page make. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = text.replace(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

function broken(path: string, target: string): boolean {
  if (/^[a-z]+:/.test(target)) return false
  const [file = '', anchor] = target.split('#')
  const page = file === '' ? path : join(dirname(path), file)
  if (!existsSync(join(root, page))) return true
  if (anchor === undefined || !page.endsWith('.md')) return false
  return !anchorsOf(readFileSync(join(root, page), 'utf8')).has(anchor)
}

test('links: every relative link leads to a file, and every anchor to a heading', () => {
  const wrong = repositoryFiles(/\.md$/).flatMap(({ path, text }) =>
    [...prose(text).matchAll(link)]
      .map(([, target = '']) => target)
      .filter((target) => broken(path, target))
      .map((target) => `${path}: ${target}`),
  )
  expect(wrong).toEqual([])
})

test('links: a missing file, a missing heading and a heading that is there are told apart', () => {
  expect(broken('STYLE.md', 'nowhere.md')).toBe(true)
  expect(broken('STYLE.md', '#nothing')).toBe(true)
  expect(broken('README.md', 'STYLE.md#names')).toBe(false)
})

test('ARCHITECTURE.md: every test that it names is there', () => {
  const tests = repositoryFiles(/\.test\.ts$/).map(({ path }) => `/${path}`)
  const named = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(/`([\w/.-]+\.test\.ts)`/g)
  const missing = [...named]
    .map(([, name = '']) => name)
    .filter((name) => !tests.some((path) => path.endsWith(`/${name}`)))
  expect(missing).toEqual([])
})
