import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { seededRandom } from '../packages/seaworthy/src/core/random.ts'
import { equivalents } from './mutation-equivalents.ts'
import {
  isEquivalent,
  percent,
  report,
  scores,
  scoresJson,
  type Fate,
  type TriedMutant,
} from './mutation-score.ts'
import { root } from './source-files.ts'

/**
 * `npm run mutation [-- FOLDER ...]`: changes the source in small ways, one at a time, and runs those tests of its folder
 * that reach the change. A folder or file is given from the root or from `src/resilience`; without one, all of that is tried.
 *
 * - `--fresh` tries again what an earlier run has settled. Without it only what changed is tried.
 * - `--sample SHARE` tries about so much, from 0 to 1: stretches of lines that are drawn by a fixed seed.
 * - `--concurrency N` runs tests in N processes; 1 when not given.
 * - `--json` writes the figures of each folder to `coverage/mutation/scores.json` as well.
 *
 * Exit code 1 when less than 85 % of the mutants are killed. The full reports are in `coverage/mutation`.
 */

const base = 'packages/seaworthy/src/resilience'
const breakPercent = 85
/** Lines that a sample takes or leaves together. */
const stretchLines = 8

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    fresh: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '1' },
    sample: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

/** The folder or file that an argument means, from the root. */
function targetOf(argument: string): string {
  const path = [argument, join(base, argument)].find((each) => existsSync(join(root, each)))
  if (path === undefined)
    throw new Error(`Cannot mutate ${argument}: neither it nor ${base}/${argument} exists`)
  return normalize(path).replace(/\/$/, '')
}

const targets = positionals.length === 0 ? [base] : positionals.map(targetOf)

const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** One folder: what is mutated in it, and the tests that have to notice. */
interface Pass {
  readonly folder: string
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

/**
 * A folder answers for itself: its own tests count, with those beside the folders, which are about all of them; and for the
 * engine those of all policies, which run on it.
 */
function testsOf(folder: string): readonly string[] {
  if (folder === 'engine') return [`${base}/**/*.test.ts`]
  const beside = `${base}/*.test.ts`
  if (folder === '.') return [beside]
  const own = folder === 'http' ? 'packages/seaworthy/test/http' : `${base}/${folder}`
  return [`${own}/**/*.test.ts`, beside]
}

const folders = readdirSync(join(root, base), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** The last is for the files that are in no folder. */
const passes: readonly Pass[] = [...folders, '.']
  .map((folder) => {
    const path = join(base, folder)
    const all = targets.some((target) => inside(path, target))
    const isOf = (target: string): boolean =>
      folder === '.' ? dirname(target) === base && target.endsWith('.ts') : inside(target, path)
    const mutate = all ? [path] : targets.filter(isOf)
    return { folder, mutate: mutate.flatMap(patternsOf), tests: testsOf(folder) }
  })
  .filter(({ mutate }) => mutate.length > 0)

function patternsOf(path: string): readonly string[] {
  const share = Number(values.sample)
  const pattern = path.endsWith('.ts') ? path : join(path, path === base ? '*.ts' : '**/*.ts')
  if (share >= 1) return [pattern]
  const files = globSync(pattern, { cwd: root }).filter((file) => !/\.(test|fixture)\.ts$/.test(file))
  return files.flatMap((file) => stretchesOf(file, share))
}

/** Some stretches of a file, as Stryker takes them. A mutant that is longer than its stretch is left out. */
function stretchesOf(file: string, share: number): readonly string[] {
  const random = seededRandom(1).fork(file)
  const count = Math.ceil(readFileSync(join(root, file), 'utf8').split('\n').length / stretchLines)
  return Array.from({ length: count }, (_, index) => index * stretchLines)
    .filter(() => random.next() < share)
    .map((line) => `${file}:${line + 1}-${line + stretchLines}`)
}

type Options = ConstructorParameters<typeof Stryker>[0]

/** What the reports of a pass are called. */
const nameOf = ({ folder }: Pass): string => (folder === '.' ? 'files' : folder)

function optionsOf(pass: Pass): Options {
  const name = nameOf(pass)
  return {
    testRunner: 'vitest',
    plugins: [
      import.meta.resolve('@stryker-mutator/vitest-runner'),
      join(import.meta.dirname, 'mutation-messages.ts'),
    ],
    vitest: { configFile: 'tools/mutation-vitest.config.ts', related: false },
    ignorers: ['messages'],
    mutate: [...pass.mutate, '!**/*.{test,fixture}.ts', '!**/index.ts'],
    ignorePatterns: ['systems', 'simulators', 'bench', 'docs', 'dist', '**/dist'],
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    incremental: values.sample === '1',
    force: values.fresh,
    incrementalFile: `coverage/mutation/${name}-incremental.json`,
    tempDirName: 'coverage/mutation/sandbox',
    reporters: ['json'],
    jsonReporter: { fileName: `coverage/mutation/${name}.json` },
    // The rewriting of a tsconfig needs an interface that TypeScript 7 does not have; nothing here reads one at run time.
    tsconfigFile: 'none',
    thresholds: { high: 95, low: breakPercent, break: null },
    allowConsoleColors: false,
    warnings: false,
  }
}

type Result = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

const fates: Readonly<Record<Result['status'], Fate>> = {
  Killed: 'killed',
  Timeout: 'killed',
  Survived: 'survived',
  NoCoverage: 'uncovered',
  CompileError: 'void',
  RuntimeError: 'void',
  Ignored: 'void',
  Pending: 'void',
}

/** Each file as it was mutated: it may have been changed since. */
function mutatedSources(name: string): Readonly<Record<string, { readonly source: string }>> {
  const written: { files: Record<string, { source: string }> } = JSON.parse(
    readFileSync(`coverage/mutation/${name}.json`, 'utf8'),
  )
  return written.files
}

function triedMutant(result: Result, source: string): TriedMutant {
  const { start, end } = result.location
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  const original = lines.map((line, index) =>
    line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
  )
  const mutant: TriedMutant = {
    path: relative(root, result.fileName),
    line: start.line,
    mutator: result.mutatorName,
    original: original.join('\n'),
    replacement: result.replacement,
    fate: fates[result.status],
  }
  const isAlive = mutant.fate === 'survived' || mutant.fate === 'uncovered'
  return isAlive && isEquivalent(mutant, equivalents) ? { ...mutant, fate: 'equivalent' } : mutant
}

process.chdir(root)
const mutants: TriedMutant[] = []
for (const pass of passes) {
  // Read by the configuration of vitest, in the processes that run the tests.
  process.env['MUTATION_TESTS'] = pass.tests.join()
  const results = await new Stryker(optionsOf(pass)).runMutationTest()
  const sources = mutatedSources(nameOf(pass))
  // Results that an earlier run left of other files come along.
  const asked = results.filter(({ fileName }) =>
    targets.some((target) => inside(relative(root, fileName), target)),
  )
  mutants.push(
    ...asked.map((result) => triedMutant(result, sources[relative(root, result.fileName)]?.source ?? '')),
  )
}
process.stdout.write(report(mutants, base))
if (values.json) writeFileSync('coverage/mutation/scores.json', scoresJson(mutants, base))
const overall = scores(mutants, base).at(-1)
if (overall === undefined || percent(overall) < breakPercent) process.exitCode = 1
