import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface BenchCommand {
  readonly group: string
  readonly isJson: boolean
  readonly isQuick: boolean
  /** The one row that is asked for; all when it is undefined. */
  readonly only: string | undefined
  readonly isAlone: boolean
}

/** Reads the arguments; text instead says what is wrong with them. */
export function parseCommand(args: readonly string[], groups: readonly string[]): BenchCommand | string {
  const usage = `Usage: npm run bench -- GROUP [--json] [--quick] [--case NAME] [--alone]\nGroups: ${groups.join(', ')}`
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
  return { group, isJson: values.json, isQuick: values.quick, only: values.case, isAlone: values.alone }
}

/** What is wrong with asking a group for one row; undefined when nothing is. */
export function refusedCase(
  { group, only }: BenchCommand,
  cases: readonly string[] = [],
): string | undefined {
  if (only === undefined || cases.includes(only)) return undefined
  if (cases.length === 0)
    return `Cannot run one case: ${group} measures its cases together, received ${JSON.stringify(only)}`
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
    },
  })
}
