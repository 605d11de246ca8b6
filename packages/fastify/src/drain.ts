import {
  defineOptions,
  duration,
  object,
  sleep,
  systemClock,
  type Clock,
  type Duration,
} from 'seaworthy/core'
import type { Service } from 'seaworthy/service'
import { holdProcess } from './hold-process.ts'
import type { HttpServer } from './http-types.ts'
import { serverState } from './server-state.ts'

export interface DrainOptions {
  /**
   * How long to go on accepting after readiness turned: as long as the balancer in front needs to notice. Default 250ms,
   * enough for callers on open connections without a balancer.
   */
  readonly settle?: Duration
  /** How long everything together may take before what is left is cut off. Default 30s. */
  readonly grace?: Duration
  readonly clock?: Clock
}

export const drainDefaults = Object.freeze({ settle: '250ms', grace: '30s', clock: systemClock })

export const resolveDrainOptions = defineOptions('drain', drainDefaults, {
  settle: duration(0, '10m'),
  grace: duration('10ms', '1h'),
  clock: object<Clock>('a clock'),
})

/** What of a service a shutdown needs. */
export type Drainable = Pick<Service, 'name' | 'drain' | 'stop'>

/** How a shutdown went. */
export interface DrainReport {
  /** Whether every request got its answer and every service stopped in time. */
  readonly complete: boolean
  readonly durationMs: number
}

/** How often connections that stand in the way are looked for. */
const sweepMs = 50

/**
 * Shuts a server down without losing a request. In order: readiness turns and every answer closes its connection; after
 * the settling time no connection is accepted any more; what is in flight is finished; the services stop, last first.
 */
export async function drain(
  server: HttpServer,
  services: readonly Drainable[],
  options?: DrainOptions,
): Promise<DrainReport> {
  const { settle, grace, clock } = resolveDrainOptions(options)
  const startedAt = clock.now()
  const expired = new AbortController()
  using _hold = holdProcess()
  using _deadline = clock.schedule(grace, () => expired.abort())
  const state = serverState(server)
  for (const service of services) service.drain()
  state.draining = true
  server.log.info({ event: 'drain', settleMs: settle, graceMs: grace }, 'draining')
  await inTime(sleep(clock, settle, expired.signal), expired.signal)
  const closed = await inTime(closeServer(server, clock), expired.signal)
  if (!closed) server.server.closeAllConnections()
  const stopped = await inTime(stopAll(services, server), expired.signal)
  const report = { complete: closed && stopped, durationMs: clock.now() - startedAt }
  server.log.info({ event: 'drained', ...report }, report.complete ? 'drained' : 'drained too late')
  return report
}

/** Ends once every connection has. Those that were opened ahead and never used do not count. */
async function closeServer(server: HttpServer, clock: Clock): Promise<boolean> {
  const { connections } = serverState(server)
  const done = new AbortController()
  const sweep = (): void => {
    if (done.signal.aborted) return
    connections.closeUnused()
    server.server.closeIdleConnections()
    clock.schedule(sweepMs, sweep)
  }
  const closing = server.close()
  sweep()
  try {
    await closing
    return true
  } finally {
    done.abort()
  }
}

/** The last one opened stops first. One that fails does not keep the others from it. */
async function stopAll(services: readonly Drainable[], server: HttpServer): Promise<boolean> {
  let clean = true
  for (const service of services.toReversed()) {
    try {
      await service.stop()
    } catch (error) {
      clean = false
      server.log.error({ event: 'stop-failed', error, stopping: service.name }, 'a service failed to stop')
    }
  }
  return clean
}

/** What the work answers, or false when time is up first. Work without an answer counts as true. */
function inTime(work: Promise<boolean | void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false)
    signal.addEventListener('abort', () => resolve(false), { once: true })
    work.then(
      (result) => resolve(result ?? true),
      () => resolve(false),
    )
  })
}
