import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorReference } from './error-reference.ts'
import { layerDiagram } from './layer-diagram.ts'
import { lintConfig } from './lint-config.ts'
import { root } from './source-files.ts'

/**
 * `npm run generate` writes what is made from other sources; with `--check` it only says what is out of date, exit
 * code 1.
 */

interface Generated {
  readonly path: string
  readonly make: (current: string) => string | Promise<string>
}

const files: readonly Generated[] = [
  { path: '.oxlintrc.json', make: () => `${JSON.stringify(lintConfig(), null, 2)}\n` },
  { path: 'docs/reference/errors.md', make: errorReference },
  { path: 'ARCHITECTURE.md', make: (current) => replaceBlock(current, 'layers', layerDiagram()) },
]

function replaceBlock(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from)
    throw new Error(`Cannot fill in "${name}": the file must hold "${begin}" and "${end}"`)
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`
}

const check = process.argv.includes('--check')
for (const { path, make } of files) {
  const target = join(root, path)
  const current = existsSync(target) ? readFileSync(target, 'utf8') : ''
  const wanted = await make(current)
  if (wanted === current) continue
  if (check) {
    console.log(`${path} is out of date: run npm run generate`)
    process.exitCode = 1
  } else {
    writeFileSync(target, wanted)
    console.log(`wrote ${path}`)
  }
}
