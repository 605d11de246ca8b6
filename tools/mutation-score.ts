import { relative, sep } from 'node:path'

/** What counts of a mutant, whichever tool made it. */
export interface TriedMutant {
  /** From the root, with slashes. */
  readonly path: string
  readonly line: number
  readonly mutator: string
  readonly original: string
  readonly replacement: string
  readonly fate: Fate
}

/**
 * `killed`: a test failed, or the work ran far longer than before. `survived`: no test noticed. `uncovered`: no test comes
 * there. `equivalent`: nothing to notice, as stated in the list. `void`: it could not run or is left out.
 */
export type Fate = 'killed' | 'survived' | 'uncovered' | 'equivalent' | 'void'

/** A mutant that behaves like the original, so that no test can tell them apart. */
export interface EquivalentMutant {
  /** End of the path of its file. */
  readonly file: string
  readonly mutator: string
  readonly original: string
  readonly replacement: string
  /** Why nothing can be noticed. */
  readonly reason: string
}

export interface Score {
  readonly name: string
  readonly killed: number
  /** Those that lived, of which `uncovered` were reached by no test. */
  readonly survived: number
  readonly uncovered: number
  readonly equivalent: number
  /** Killed and survived. */
  readonly total: number
}

/** The same text without differences of layout. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** Whether the list holds a mutant. */
export function isEquivalent(mutant: TriedMutant, equivalents: readonly EquivalentMutant[]): boolean {
  return equivalents.some(
    ({ file, mutator, original, replacement }) =>
      mutant.path.endsWith(`/${file}`) &&
      mutant.mutator === mutator &&
      oneLine(mutant.original) === original &&
      oneLine(mutant.replacement) === replacement,
  )
}

/** Killed of total for each folder below `base`, and for all of them; equivalent and void mutants are in no total. */
export function scores(mutants: readonly TriedMutant[], base: string): readonly Score[] {
  const folders = Map.groupBy(mutants, ({ path }) => folderOf(path, base))
  const each = [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, some]) => score(name, some))
  return [...each, score('all', mutants)]
}

function folderOf(path: string, base: string): string {
  const [folder = '', ...rest] = relative(base, path).split(sep)
  return rest.length === 0 ? '.' : folder
}

function score(name: string, mutants: readonly TriedMutant[]): Score {
  const count = (fate: Fate): number => mutants.filter((mutant) => mutant.fate === fate).length
  const killed = count('killed')
  const uncovered = count('uncovered')
  const survived = count('survived') + uncovered
  return { name, killed, survived, uncovered, equivalent: count('equivalent'), total: killed + survived }
}

/** Share of the killed ones in percent; nothing to kill is 100. */
export function percent({ killed, total }: Pick<Score, 'killed' | 'total'>): number {
  return total === 0 ? 100 : (100 * killed) / total
}

/** The figures as JSON: a list with one entry for each folder, the last for all. */
export function scoresJson(mutants: readonly TriedMutant[], base: string): string {
  const rows = scores(mutants, base).map((row) => ({ ...row, percent: Math.round(percent(row) * 10) / 10 }))
  return `${JSON.stringify(rows, undefined, 2)}\n`
}

/** The survivors in the order of their lines, then the table. */
export function report(mutants: readonly TriedMutant[], base: string): string {
  const survivors = mutants
    .filter(({ fate }) => fate === 'survived' || fate === 'uncovered')
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map((mutant) => {
      const change = `${oneLine(mutant.original)}  =>  ${oneLine(mutant.replacement)}`
      const how = mutant.fate === 'uncovered' ? ', no test comes here' : ''
      return `${mutant.path}:${mutant.line} ${mutant.mutator}${how}\n    ${change}`
    })
  const table = scores(mutants, base).map((row) =>
    [
      row.name.padEnd(14),
      `${percent(row).toFixed(1).padStart(6)} %`,
      `${row.killed} of ${row.total}`.padStart(14),
      row.equivalent === 0 ? '' : `  (${row.equivalent} equivalent)`,
    ].join(''),
  )
  return [...survivors, ...(survivors.length === 0 ? [] : ['']), ...table, ''].join('\n')
}
