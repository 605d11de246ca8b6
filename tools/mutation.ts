import { existsSync, readFileSync } from 'node:fs'
import { join, normalize, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { equivalents } from './mutation-equivalents.ts'
import { isEquivalent, percent, report, scores, type Fate, type TriedMutant } from './mutation-score.ts'
import { root } from './source-files.ts'

/**
 * `npm run mutation [-- FOLDER ...]`: changes the source in small ways, one at a time, and runs the tests that reach the
 * change. A folder or file is given from the root or from `src/resilience`; without one, all of that is tried.
 *
 * - `--fresh` tries again what an earlier run has settled. Without it only what changed is tried.
 * - `--concurrency N` runs tests in N processes; 1 when not given.
 *
 * Exit code 1 when less than 85 % of the mutants are killed. The full report is in `coverage/mutation/report.json`.
 */

const base = 'packages/seaworthy/src/resilience'
const breakPercent = 85

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    fresh: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '1' },
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

type Options = ConstructorParameters<typeof Stryker>[0]

const options: Options = {
  testRunner: 'vitest',
  plugins: [
    import.meta.resolve('@stryker-mutator/vitest-runner'),
    join(import.meta.dirname, 'mutation-messages.ts'),
  ],
  vitest: { configFile: 'tools/mutation-vitest.config.ts', related: true },
  ignorers: ['messages'],
  mutate: [
    ...targets.map((path) => (path.endsWith('.ts') ? path : join(path, '**/*.ts'))),
    '!**/*.{test,fixture}.ts',
    '!**/index.ts',
    `!${base}/resilience-errors.ts`,
  ],
  ignorePatterns: ['systems', 'simulators', 'bench', 'docs', 'dist', '**/dist'],
  coverageAnalysis: 'perTest',
  concurrency: Number(values.concurrency),
  incremental: true,
  force: values.fresh,
  incrementalFile: 'coverage/mutation/incremental.json',
  tempDirName: 'coverage/mutation/sandbox',
  reporters: ['json'],
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  // The rewriting of a tsconfig needs an interface that TypeScript 7 does not have; nothing here reads one at run time.
  tsconfigFile: 'none',
  thresholds: { high: 95, low: breakPercent, break: null },
  allowConsoleColors: false,
  warnings: false,
}

type Result = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

const fates: Readonly<Record<Result['status'], Fate>> = {
  Killed: 'killed',
  Timeout: 'killed',
  Survived: 'survived',
  NoCoverage: 'survived',
  CompileError: 'void',
  RuntimeError: 'void',
  Ignored: 'void',
  Pending: 'void',
}

function triedMutant(result: Result): TriedMutant {
  const { start, end } = result.location
  const lines = readFileSync(result.fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line)
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
  return mutant.fate === 'survived' && isEquivalent(mutant, equivalents)
    ? { ...mutant, fate: 'equivalent' }
    : mutant
}

process.chdir(root)
const results = await new Stryker(options).runMutationTest()
// Results that an earlier run left of other files come along.
const asked = (path: string): boolean =>
  targets.some((target) => path === target || path.startsWith(`${target}/`))
const mutants = results.filter(({ fileName }) => asked(relative(root, fileName))).map(triedMutant)
process.stdout.write(report(mutants, base))
const overall = scores(mutants, base).at(-1)
if (overall === undefined || percent(overall) < breakPercent) process.exitCode = 1
