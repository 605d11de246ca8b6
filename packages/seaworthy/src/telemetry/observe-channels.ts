import {
  breakerChannel,
  breakerShadowChannel,
  breakerStates,
  callChannel,
  errorCode,
  fallbackChannel,
  hedgeChannel,
  levelChannel,
  poolChannel,
  probeChannel,
  queryChannel,
  refusalChannel,
  retryChannel,
  timeoutChannel,
} from 'seaworthy/core'
import { databaseMetrics, type DatabaseMetrics } from './database-metrics.ts'
import { dependencyMetrics, type DependencyMetrics } from './dependency-metrics.ts'
import type { Metrics } from './metrics.ts'
import { stopAll, type Stop } from './stop.ts'

/** The service levels as numbers, so that the least over several is the worst. */
const levels: Readonly<Record<string, number>> = { full: 3, degraded: 2, minimal: 1, unavailable: 0 }

/** Records what is published on every channel of `seaworthy/core` until stopped. */
export function observeChannels(metrics: Metrics): Stop {
  const dependency = dependencyMetrics(metrics)
  return stopAll([
    ...observeCalls(dependency),
    ...observePolicies(dependency),
    ...observeAnswers(dependency),
    ...observeDatabase(databaseMetrics(metrics)),
  ])
}

function observeCalls(families: DependencyMetrics): Stop[] {
  return [
    callChannel.subscribe(({ dependency, operation, outcome, source, durationMs, attempts, error }) => {
      families.calls.with({ dependency, operation, outcome, source }).add()
      families.callSeconds.with({ dependency, operation }).record(durationMs / 1000)
      families.attempts.with({ dependency, operation }).add(attempts)
      if (error !== undefined) families.errors.with({ dependency, code: codeOf(error) }).add()
    }),
    probeChannel.subscribe(({ dependency, ok, durationMs }) => {
      families.probes.with({ dependency, outcome: ok ? 'ok' : 'failed' }).add()
      families.probeSeconds.with({ dependency }).record(durationMs / 1000)
      families.up.with({ dependency }).set(ok ? 1 : 0)
    }),
  ]
}

function observePolicies(families: DependencyMetrics): Stop[] {
  return [
    retryChannel.subscribe(({ name, delayMs }) => {
      families.retries.with({ name }).add()
      families.retryDelaySeconds.with({ name }).record(delayMs / 1000)
    }),
    hedgeChannel.subscribe(({ name, delayMs }) => {
      families.hedges.with({ name }).add()
      families.hedgeDelaySeconds.with({ name }).record(delayMs / 1000)
    }),
    breakerShadowChannel.subscribe(({ name, from, to, reason }) =>
      families.shadowTransitions.with({ name, from, to, reason }).add(),
    ),
    breakerChannel.subscribe(({ name, from, to, reason }) => {
      families.transitions.with({ name, from, to, reason }).add()
      for (const state of breakerStates) families.breakerState.with({ name, state }).set(state === to ? 1 : 0)
    }),
    refusalChannel.subscribe(({ name, reason }) => families.refusals.with({ name, reason }).add()),
    timeoutChannel.subscribe(({ name }) => families.timeouts.with({ name }).add()),
  ]
}

function observeAnswers(families: DependencyMetrics): Stop[] {
  return [
    fallbackChannel.subscribe(({ name, source, ageMs }) => {
      families.fallbacks.with({ name, source }).add()
      families.fallbackAgeSeconds.with({ name, source }).set(ageMs / 1000)
    }),
    levelChannel.subscribe(({ service, capability, from, to }) => {
      families.levelChanges.with({ service, capability, from, to }).add()
      const level = levels[to]
      if (level !== undefined) families.level.with({ service, capability }).set(level)
    }),
  ]
}

function observeDatabase(families: DatabaseMetrics): Stop[] {
  return [
    queryChannel.subscribe(({ pool, statement, durationMs, rows, error }) => {
      families.queries.with({ pool, outcome: error === undefined ? 'ok' : 'failed' }).add()
      families.querySeconds.with({ pool, statement }).record(durationMs / 1000)
      families.queryRows.with({ pool }).add(rows)
      if (error !== undefined) families.queryErrors.with({ pool, code: codeOf(error) }).add()
    }),
    poolChannel.subscribe(({ pool, total, idle, waiting }) => {
      families.connections.with({ pool, state: 'idle' }).set(idle)
      families.connections.with({ pool, state: 'used' }).set(total - idle)
      families.waiting.with({ pool }).set(waiting)
    }),
  ]
}

/** A code names a kind of error; a message may hold anything and must not become a label. */
function codeOf(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.name : 'unknown')
}
