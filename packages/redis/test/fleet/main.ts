import { parseArgs } from 'node:util'
import { toMs, type Duration } from 'seaworthy/core'
import { RedisServer } from '../redis-server.ts'
import { runFleet } from './run-fleet.ts'

const usage = `Usage: npm run fleet -w @seaworthy/redis -- [options]

Shows that many processes keep one limit together: starts a Redis server and the processes, lets all callers ask at the
same moment, and looks at every start. 1,000 callers at 200 in 60 s take about four minutes.

  --limit N        units in an interval (200)
  --interval D     the interval, such as 60s (60s)
  --callers N      callers in all, one unit each (1000)
  --processes N    processes (4)
  --client NAME    node-redis or ioredis (node-redis)
  --json           one line of JSON on standard output, progress on standard error
  --help           this text

Exit codes: 0 everything holds, 1 something does not, 2 wrong usage, 3 it could not be run.
`

const { values, problem } = read(process.argv.slice(2))
if (problem !== undefined) {
  process.stderr.write(`${problem}\n\n${usage}`)
  process.exitCode = 2
} else if (values.help) process.stdout.write(usage)
else {
  try {
    process.exitCode = await run()
  } catch (error) {
    process.stderr.write(`Cannot run the fleet: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 3
  }
}

async function run(): Promise<number> {
  const { limit, intervalMs, callers, workers, client, json } = values
  await using server = await RedisServer.start()
  const startedAt = performance.now()
  const spans = Math.floor((callers - 1) / limit)
  const report = (started: number): void => {
    if (started % Math.max(1, Math.floor(callers / 100)) !== 0 && started !== callers) return
    const left = Math.max(0, spans - Math.floor(Math.max(0, started - 1) / limit))
    const passedS = Math.round((performance.now() - startedAt) / 1_000)
    const leftS = Math.ceil((left * intervalMs) / 1_000)
    process.stderr.write(`${passedS} s: ${started} of ${callers} have started, about ${leftS} s to go\n`)
  }
  report(0)
  const verdict = await runFleet({
    limit,
    intervalMs,
    callers,
    workers,
    client,
    url: server.url,
    onStart: report,
  })
  const isGood = Object.values(verdict.holds).every(Boolean)
  if (json)
    process.stdout.write(
      `${JSON.stringify({ ok: isGood, limit, intervalMs, callers, workers, client, ...verdict })}\n`,
    )
  else {
    const tell = (holds: boolean, what: string): string => `${holds ? 'ok    ' : 'FAILED'} ${what}\n`
    const interval = `${intervalMs / 1_000} s`
    const waits = verdict.meanWaitS.map((wait) => `${wait} s`).join(', ')
    process.stdout.write(
      [
        tell(verdict.holds.limit, `at most ${limit} in any ${interval}: ${verdict.mostInAnySpan}`),
        tell(
          verdict.holds.use,
          `at least ${(limit * 195) / 200} used in ${interval} while callers wait: ${verdict.usedPerSpan}`,
        ),
        tell(
          verdict.holds.fair,
          `fair: processes waited ${waits} on average, ${verdict.overtaken} callers were overtaken by one that came later`,
        ),
        tell(
          verdict.holds.all,
          `all served: ${verdict.started} of ${callers} in ${verdict.tookS} s, ${verdict.askedAgain} asked more than once`,
        ),
      ].join(''),
    )
  }
  return isGood ? 0 : 1
}

interface Values {
  readonly limit: number
  readonly intervalMs: number
  readonly callers: number
  readonly workers: number
  readonly client: 'node-redis' | 'ioredis'
  readonly json: boolean
  readonly help: boolean
}

function read(args: string[]): { readonly values: Values; readonly problem?: string | undefined } {
  const fallback: Values = {
    limit: 200,
    intervalMs: 60_000,
    callers: 1_000,
    workers: 4,
    client: 'node-redis',
    json: false,
    help: false,
  }
  try {
    const { values: given } = parseArgs({
      args,
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
    const { client, json, help } = given
    if (client !== 'node-redis' && client !== 'ioredis') {
      return { values: fallback, problem: `--client must be node-redis or ioredis, received ${client}` }
    }
    const values: Values = {
      limit: Number(given.limit),
      intervalMs: toMs(given.interval as Duration, '--interval'),
      callers: Number(given.callers),
      workers: Number(given.processes),
      client,
      json,
      help,
    }
    const isWhole = [values.limit, values.callers, values.workers].every((n) => Number.isInteger(n) && n >= 1)
    if (isWhole && values.intervalMs >= 100) return { values }
    return { values, problem: 'Numbers must be whole and from 1, the interval from 100ms' }
  } catch (error) {
    return { values: fallback, problem: error instanceof Error ? error.message : String(error) }
  }
}
