import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryFiles, root, type SourceFile } from './source-files.ts'

/**
 * The TypeScript examples of the written pages. A block that begins with three backticks and `ts` is one module. Names
 * that it takes for granted are declared above it in a comment that readers do not see:
 *
 *     <!-- given
 *     declare const place: Place
 *     -->
 *
 * A block marked `ts ignore` is left alone.
 */
export interface Example {
  /** Such as `README.md.L42.ts`: the page, and the line on which the block begins. */
  readonly name: string
  /** The module. Its lines have the numbers that they have on the page. */
  readonly text: string
}

const pages = /(^|\/)README\.md$|^docs\/guides\/.*\.md$/

/** The examples of every README and guide. */
export function examples(): readonly Example[] {
  return repositoryFiles(pages).flatMap(examplesOf)
}

/** The examples of one page. */
export function examplesOf({ path, lines }: Pick<SourceFile, 'path' | 'lines'>): readonly Example[] {
  const found: Example[] = []
  let kept: string[] = []
  let open: { readonly kind: 'given' | 'example' | 'other'; readonly line: number } | undefined
  for (const [index, line] of lines.entries()) {
    if (open === undefined) {
      const kind = opened(line)
      if (kind !== undefined) open = { kind, line: index + 1 }
      kept.push('')
    } else if (open.kind === 'given' ? line.startsWith('-->') : line.startsWith('```')) {
      if (open.kind === 'example') {
        found.push({ name: `${path.replaceAll('/', '.')}.L${open.line}.ts`, text: moduleOf(kept) })
      }
      kept = open.kind === 'given' ? [...kept, ''] : lines.slice(0, index + 1).map(() => '')
      open = undefined
    } else kept.push(open.kind === 'other' ? '' : line)
  }
  return found
}

function opened(line: string): 'given' | 'example' | 'other' | undefined {
  if (line === '<!-- given') return 'given'
  if (line === '```ts') return 'example'
  return line.startsWith('```') ? 'other' : undefined
}

function moduleOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\nexport {}\n`
}

/** Writes the examples to a folder from which the packages of the workspace are found, and returns its configuration. */
export function writeExamples(found: readonly Example[]): string {
  const folder = join(root, 'node_modules/.cache/examples')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { name, text } of found) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const configuration = join(folder, 'tsconfig.json')
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, types: ['node'] }
  const files = found.map(({ name }) => name)
  writeFileSync(
    configuration,
    `${JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, files })}\n`,
  )
  return configuration
}
