import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface BenchCommand {
  readonly group: string
  readonly isJson: boolean
  readonly isQuick: boolean
  /** The one row that is asked for; all when it is undefined. */
  readonly only: string | undefined
  readonly isAlone: boolean
  readonly rounds: number | undefined
}

/** Reads the arguments; text instead says what is wrong with them. */
export function parseCommand(args: readonly string[], groups: readonly string[]): BenchCommand | string {
  const usage = `Usage: npm run bench -- GROUP [--json] [--quick] [--case NAME] [--alone] [--rounds N]\nGroups: ${groups.join(', ')}`
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`
  }
  const { positionals, values } = parsed
  const [group] = positionals
  if (group === undefined || positionals.length > 1) {
    return `Cannot run a benchmark: must name one group, received ${positionals.length}\n${usage}`
  }
  if (!groups.includes(group)) {
    return `Cannot run a benchmark: group must be one of ${groups.join(', ')}, received ${JSON.stringify(group)}\n${usage}`
  }
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1 && rounds <= 10_000)) {
    return `Cannot run a benchmark: rounds must be an integer from 1 to 10,000, received ${JSON.stringify(values.rounds)}\n${usage}`
  }
  const { json: isJson, quick: isQuick, case: only, alone: isAlone } = values
  return { group, isJson, isQuick, only, isAlone, rounds }
}

/** What is wrong with asking a group for less than all, or for other rounds; undefined when nothing is. */
export function refusedChoice(command: BenchCommand, cases: readonly string[] = []): string | undefined {
  const { group, only, isAlone, rounds } = command
  if (cases.length === 0) {
    const isChosen = only !== undefined || isAlone || rounds !== undefined
    return isChosen
      ? `Cannot choose what to measure: ${group} measures all together, received --case, --alone or --rounds`
      : undefined
  }
  if (only === undefined || cases.includes(only)) return undefined
  return `Cannot run one case: must be one of those of ${group}, received ${JSON.stringify(only)}\nCases: ${cases.join('; ')}`
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      case: { type: 'string' },
      alone: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  })
}
