import { isSeaworthyError, systemRuntime } from 'seaworthy/core'
import { readConfiguration } from './configuration.ts'
import { exitCodeOf } from './exit-code.ts'
import type { RunningHost } from './run-host.ts'

/**
 * `npm start [-- SYSTEM …]`. Exit codes: 0 after a signal and a complete drain, 1 when something failed or was cut off,
 * 2 when the configuration cannot be used.
 */

/** A terminal and npm deliver one Ctrl-C twice; a signal later than this asks to end at once. */
const samePressMs = 1_000

const starting = new AbortController()
let host: RunningHost | undefined
let firstSignalAt: number | undefined

function onSignal(): void {
  const now = systemRuntime.clock.now()
  if (firstSignalAt !== undefined) {
    if (now - firstSignalAt > samePressMs) process.exit(1)
    return
  }
  firstSignalAt = now
  if (host === undefined) starting.abort(new Error('stopped while starting'))
  else void end(host)
}

async function end(running: RunningHost): Promise<void> {
  try {
    const complete = await running.stop()
    process.exit(complete ? 0 : 1)
  } catch (error) {
    explain(error)
    process.exit(1)
  }
}

/** Without its database the host serves nobody; whoever watches over it is to start it anew. */
function onDatabaseLost(error: Error): void {
  explain(error)
  if (host === undefined) process.exit(1)
  void host
    .stop()
    .catch(explain)
    .then(() => process.exit(1))
}

/** One message for what the reader can mend; the whole error for what only we can. */
function explain(error: unknown): void {
  if (isSeaworthyError(error)) process.stderr.write(`${error.message}\n`)
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  try {
    const configuration = readConfiguration(process.env, process.argv.slice(2))
    // Loaded only now: the signals are heard and the configuration is judged before the many modules of the rest.
    const { runHost } = await import('./run-host.ts')
    host = await runHost({ configuration, runtime: systemRuntime, signal: starting.signal, onDatabaseLost })
    if (starting.signal.aborted) return await end(host)
    await host.started
    if (firstSignalAt === undefined) announce(host)
  } catch (error) {
    if (firstSignalAt !== undefined) {
      if (host === undefined) process.exit(0)
      return
    }
    explain(error)
    if (host !== undefined) await host.stop().catch(explain)
    process.exit(exitCodeOf(error))
  }
}

function announce({ url, systems, simulatorsUrl }: RunningHost): void {
  const lines = [
    `Ready: ${url}/`,
    ...systems.map(({ title, service }) => `  ${title}: ${url}/${service.name}/`),
    `  Health: ${url}/health   Metrics: ${url}/metrics`,
    ...(simulatorsUrl === undefined
      ? []
      : [`  Simulated services, with faults to switch: ${simulatorsUrl}/`]),
    'Ctrl-C stops everything.',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

await main()
