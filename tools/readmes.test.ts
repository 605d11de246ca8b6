import { dirname, join } from 'node:path'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { repositoryFiles, root } from './source-files.ts'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
}

function isOurs(name: string): boolean {
  return name === 'seaworthy' || name.startsWith('@seaworthy/')
}

test('READMEs: each says why its package takes a third-party dependency', () => {
  const manifests = repositoryFiles(/^(packages\/[^/]+|systems\/[^/]+|simulators|bench)\/package\.json$/)
  const unexplained = manifests.flatMap(({ path, text }) => {
    const { dependencies = {} }: Manifest = JSON.parse(text)
    const readme = readFileSync(join(root, dirname(path), 'README.md'), 'utf8')
    return Object.keys(dependencies)
      .filter((name) => !isOurs(name) && !readme.includes(`\`${name}\``))
      .map((name) => `${dirname(path)}: ${name}`)
  })
  expect(unexplained).toEqual([])
})

test('READMEs: at most 400 lines, that of the repository at most 120', () => {
  const long = repositoryFiles(/(^|\/)README\.md$/)
    .filter(({ path, lines }) => lines.length - 1 > (path === 'README.md' ? 120 : 400))
    .map(({ path, lines }) => `${path}: ${lines.length - 1}`)
  expect(long).toEqual([])
})
