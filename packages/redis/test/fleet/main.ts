import { RedisServer } from '../redis-server.ts'
import { readArguments, usage, type FleetArguments } from './arguments.ts'
import { runFleet } from './run-fleet.ts'
import type { Verdict } from './verdict.ts'

/** The callers ask within this time: all wait together, and no process is first with all of its callers. */
const spreadMs = 2_000

const fleet = read()
if (fleet === undefined) process.exitCode = 2
else if (fleet.help) process.stdout.write(usage)
else process.exitCode = await run(fleet)

function read(): FleetArguments | undefined {
  try {
    return readArguments(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return undefined
  }
}

async function run({ json, ...fleet }: FleetArguments): Promise<number> {
  try {
    await using server = await RedisServer.start()
    const onStart = progress(fleet)
    const verdict = await runFleet({ ...fleet, url: server.url, spreadMs, onStart })
    const ok = Object.values(verdict.holds).every(Boolean)
    process.stdout.write(json ? `${JSON.stringify({ ok, ...fleet, ...verdict })}\n` : report(fleet, verdict))
    return ok ? 0 : 1
  } catch (error) {
    process.stderr.write(`Cannot run the fleet: ${error instanceof Error ? error.message : String(error)}\n`)
    return 3
  }
}

/** Tells at each hundredth how far it is, and how long it will still take. */
function progress({ limit, intervalMs, callers }: Omit<FleetArguments, 'json'>): (started: number) => void {
  const beginMs = performance.now()
  const spans = Math.ceil(callers / limit) - 1
  const tell = (started: number): void => {
    const passedS = Math.round((performance.now() - beginMs) / 1_000)
    const passedSpans = Math.max(0, Math.ceil(started / limit) - 1)
    const leftS = Math.ceil(((spans - passedSpans) * intervalMs) / 1_000)
    process.stderr.write(`${passedS} s: ${started} of ${callers} have started, about ${leftS} s left\n`)
  }
  const step = Math.max(1, Math.floor(callers / 100))
  tell(0)
  return (started) => {
    if (started % step === 0 || started === callers) tell(started)
  }
}

function report(
  { limit, intervalMs, callers }: Omit<FleetArguments, 'json'>,
  verdict: Verdict & { readonly askedAgain: number },
): string {
  const { holds, mostInAnySpan, usedPerSpan, unfairness, outOfTurn, started, tookS, askedAgain } = verdict
  const interval = `${intervalMs / 1_000} s`
  const waits = verdict.meanWaitS
    .map((wait, worker) => `${wait} s of ${verdict.fairWaitS[worker]} s`)
    .join(', ')
  const lines: readonly (readonly [boolean, string])[] = [
    [holds.limit, `never above ${limit} in any ${interval}: at most ${mostInAnySpan}`],
    [holds.use, `at least ${(limit * 195) / 200} used in ${interval} while callers wait: ${usedPerSpan}`],
    [
      holds.fair,
      `fair: ${percent(outOfTurn)} of pairs out of turn; against the order of arrival the processes waited ${waits} on average, ${percent(unfairness)} apart`,
    ],
    [holds.all, `all served: ${started} of ${callers} in ${tookS} s, ${askedAgain} asked again`],
  ]
  return lines.map(([ok, what]) => `${ok ? 'ok    ' : 'FAILED'} ${what}\n`).join('')
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`
}
