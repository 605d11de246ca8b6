import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { repositoryFiles, root, type SourceFile } from './source-files.ts'

/**
 * The TypeScript examples of the written pages. A block that begins with three backticks and `ts` is one module, whose types
 * are checked; one that begins with `ts run` is run as well, and asserts what the text around it says. Names that it takes
 * for granted are declared above it in a comment that readers do not see:
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
  /** Whether it is run, not only compiled. */
  readonly isRun: boolean
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
  let open: { readonly kind: Kind; readonly line: number } | undefined
  for (const [index, line] of lines.entries()) {
    if (open === undefined) {
      const kind = opened(line)
      if (kind !== undefined) open = { kind, line: index + 1 }
      kept.push('')
    } else if (open.kind === 'given' ? line.startsWith('-->') : line.startsWith('```')) {
      if (open.kind === 'example' || open.kind === 'run') {
        const name = `${path.replaceAll('/', '.')}.L${open.line}.ts`
        found.push({ name, text: moduleOf(kept), isRun: open.kind === 'run' })
      }
      kept = open.kind === 'given' ? [...kept, ''] : lines.slice(0, index + 1).map(() => '')
      open = undefined
    } else kept.push(open.kind === 'other' ? '' : line)
  }
  return found
}

type Kind = 'given' | 'example' | 'run' | 'other'

function opened(line: string): Kind | undefined {
  if (line === '<!-- given') return 'given'
  if (line === '```ts') return 'example'
  if (line === '```ts run') return 'run'
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

/**
 * Writes those examples that are to be run, as JavaScript on the same lines, and a program that runs them. It ends with exit
 * code 1 when one of them throws or does not end, and names it.
 *
 * @param limitMs for all of them together
 * @param folder from which the packages of the workspace are found
 */
export function writeRunner(
  found: readonly Example[],
  limitMs: number,
  folder = join(root, 'node_modules/.cache/examples-run'),
): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const names = found
    .filter(({ isRun }) => isRun)
    .map(({ name, text }) => {
      const script = name.replace(/\.ts$/, '.mjs')
      writeFileSync(join(folder, script), stripTypeScriptTypes(text, { mode: 'strip' }))
      return script
    })
  const runner = join(folder, 'run.mjs')
  writeFileSync(runner, runnerText(names, limitMs))
  return runner
}

/** No timer of ours keeps a process alive, so the runner holds it; examples run in turn, since channels are common to all. */
function runnerText(names: readonly string[], limitMs: number): string {
  return `let current
setTimeout(() => {
  console.log(current + ': did not end within ${limitMs} ms')
  process.exit(1)
}, ${limitMs})
let failed = 0
for (current of ${JSON.stringify(names)}) {
  try {
    await import('./' + current)
  } catch (error) {
    failed++
    console.log(current, error)
  }
}
process.exit(failed > 0 ? 1 : 0)
`
}
