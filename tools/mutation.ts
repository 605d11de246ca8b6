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
 * Exit code 1 when less than 85 % of the mutants are killed. The full reports are in `coverage/mutation`.
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

/** What is reached over connections needs servers, whose tests would slow down every other mutant. */
const http = `${base}/http`
const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

interface Pass {
  readonly name: string
  readonly mutate: readonly string[]
  readonly tests: string
}

const passes: readonly Pass[] = [
  {
    name: 'policies',
    mutate: [...targets.filter((target) => !inside(target, http)).map(patternOf), `!${http}/**`],
    tests: `${base}/**/*.test.ts`,
  },
  {
    name: 'http',
    mutate: targets.flatMap((target) =>
      inside(target, http) ? [patternOf(target)] : inside(http, target) ? [patternOf(http)] : [],
    ),
    tests: 'packages/seaworthy/test/http/**/*.test.ts',
  },
]

function patternOf(path: string): string {
  return path.endsWith('.ts') ? path : join(path, '**/*.ts')
}

type Options = ConstructorParameters<typeof Stryker>[0]

function optionsOf({ name, mutate }: Pass): Options {
  return {
    testRunner: 'vitest',
    plugins: [
      import.meta.resolve('@stryker-mutator/vitest-runner'),
      join(import.meta.dirname, 'mutation-messages.ts'),
    ],
    vitest: { configFile: 'tools/mutation-vitest.config.ts', related: true },
    ignorers: ['messages'],
    mutate: [...mutate, '!**/*.{test,fixture}.ts', '!**/index.ts', `!${base}/resilience-errors.ts`],
    ignorePatterns: ['systems', 'simulators', 'bench', 'docs', 'dist', '**/dist'],
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    incremental: true,
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
const mutants: TriedMutant[] = []
for (const pass of passes.filter(({ mutate }) => mutate.some((pattern) => !pattern.startsWith('!')))) {
  // Read by the configuration of vitest, in the processes that run the tests.
  process.env['MUTATION_TESTS'] = pass.tests
  const results = await new Stryker(optionsOf(pass)).runMutationTest()
  // Results that an earlier run left of other files come along.
  const asked = results.filter(({ fileName }) =>
    targets.some((target) => inside(relative(root, fileName), target)),
  )
  mutants.push(...asked.map(triedMutant))
}
process.stdout.write(report(mutants, base))
const overall = scores(mutants, base).at(-1)
if (overall === undefined || percent(overall) < breakPercent) process.exitCode = 1
