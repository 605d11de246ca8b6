import { parseArgs } from 'node:util'
import { toMs, type Duration } from 'seaworthy/core'

export const usage = `Usage: npm run fleet -w @seaworthy/redis -- [options]

Shows that processes keep one limit together: starts a Redis server and the processes, lets all callers ask within 2 s, and
looks at every start. 1,000 callers at 200 in 60 s take about four minutes.

  --limit N        units in an interval (200)
  --interval D     the interval, such as 60s (60s)
  --callers N      callers in all, one unit each (1000)
  --processes N    processes (4)
  --client NAME    node-redis or ioredis (node-redis)
  --json           one line of JSON on standard output; progress is on standard error
  --help           this text

Exit codes: 0 everything holds, 1 something does not, 2 wrong usage, 3 it could not be run.
`

export interface FleetArguments {
  readonly limit: number
  readonly intervalMs: number
  readonly callers: number
  readonly workers: number
  readonly client: 'node-redis' | 'ioredis'
  readonly json: boolean
  readonly help: boolean
}

/**
 * Reads the command line.
 *
 * @throws Error that says which argument is wrong
 */
export function readArguments(args: readonly string[]): FleetArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      limit: { type: 'string', default: '200' },
      interval: { type: 'string', default: '60s' },
      callers: { type: 'string', default: '1000' },
      processes: { type: 'string', default: '4' },
      client: { type: 'string', default: 'node-redis' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { client, json, help } = values
  if (client !== 'node-redis' && client !== 'ioredis') {
    throw new Error(`--client must be node-redis or ioredis, received ${client}`)
  }
  const intervalMs = toMs(values.interval as Duration, '--interval')
  if (intervalMs < 100) throw new Error(`--interval must be from 100ms, received ${values.interval}`)
  const limit = whole('--limit', values.limit)
  const callers = whole('--callers', values.callers)
  return { limit, intervalMs, callers, workers: whole('--processes', values.processes), client, json, help }
}

function whole(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new Error(`${name} must be a whole number from 1, received ${text}`)
}
