import type { Outcome } from 'seaworthy/core'

/**
 * The circuit breaker as a pure state machine: no clock, no counters of a closed breaker, no listeners. Times are
 * milliseconds on one monotonic clock. After M. Nygard, "Release It!", with a fixed number of half-open probes that
 * have a deadline, and with generations: a result that belongs to an earlier state changes nothing.
 */

/** Why a breaker is in its state. */
export type BreakerReason = 'start' | 'failures' | 'probe' | 'time' | 'health' | 'operator' | 'deadline'

interface Since {
  /** Grows by one with each change of state. */
  readonly generation: number
  readonly sinceMs: number
  readonly reason: BreakerReason
}

export type BreakerStatus =
  | (Since & { readonly kind: 'closed' | 'forced-open' | 'forced-closed' })
  | (Since & { readonly kind: 'open'; readonly untilMs: number })
  | (Since & {
      readonly kind: 'half-open'
      /** When each probe under way was started, oldest first. */
      readonly probes: readonly number[]
      readonly successes: number
    })

export type BreakerEvent =
  /** Time went on. Moves one step; send it until nothing changes. */
  | { readonly type: 'tick'; readonly nowMs: number }
  /** The window of a closed breaker is over its limit. */
  | { readonly type: 'trip'; readonly nowMs: number }
  /** A call was let in. */
  | { readonly type: 'admit'; readonly nowMs: number }
  | {
      readonly type: 'result'
      readonly nowMs: number
      readonly generation: number
      readonly startedAt: number
      readonly outcome: Outcome
    }
  /** A health check says that the dependency is back. */
  | { readonly type: 'recover'; readonly nowMs: number }
  | { readonly type: 'force-open' | 'force-closed' | 'reset'; readonly nowMs: number }

export interface BreakerTiming {
  readonly openForMs: number
  /** Probes that may be under way at once. */
  readonly probes: number
  readonly probeDeadlineMs: number
  /** Successful probes that close the breaker. */
  readonly successes: number
}

export function initialStatus(nowMs: number): BreakerStatus {
  return { kind: 'closed', generation: 0, sinceMs: nowMs, reason: 'start' }
}

/** The state after an event; the same object when the event changes nothing. */
export function transition(status: BreakerStatus, event: BreakerEvent, timing: BreakerTiming): BreakerStatus {
  const since = { generation: status.generation + 1, sinceMs: event.nowMs, reason: 'operator' } as const
  switch (event.type) {
    case 'tick':
      return tick(status, event.nowMs, timing)
    case 'trip':
      return status.kind === 'closed'
        ? opened(status, { atMs: event.nowMs, reason: 'failures' }, timing)
        : status
    case 'admit':
      return status.kind === 'half-open' ? { ...status, probes: [...status.probes, event.nowMs] } : status
    case 'result':
      return event.generation === status.generation ? probed(status, event, timing) : status
    case 'recover':
      return status.kind === 'open' ? halfOpened(status, event.nowMs, 'health') : status
    case 'force-open':
      return status.kind === 'forced-open' ? status : { kind: 'forced-open', ...since }
    case 'force-closed':
      return status.kind === 'forced-closed' ? status : { kind: 'forced-closed', ...since }
    case 'reset':
      return { kind: 'closed', ...since }
  }
}

/** Whole milliseconds after which a refused call is worth another try; undefined when a call may go ahead now. */
export function refusedForMs(
  status: BreakerStatus,
  nowMs: number,
  timing: BreakerTiming,
): number | undefined {
  switch (status.kind) {
    case 'closed':
    case 'forced-closed':
      return undefined
    case 'forced-open':
      return timing.openForMs
    case 'open':
      return Math.ceil(status.untilMs - nowMs)
    case 'half-open':
      if (status.probes.length < timing.probes) return undefined
      return Math.ceil((status.probes[0] ?? nowMs) + timing.probeDeadlineMs - nowMs)
  }
}

function tick(status: BreakerStatus, nowMs: number, timing: BreakerTiming): BreakerStatus {
  if (status.kind === 'open') {
    return nowMs >= status.untilMs ? halfOpened(status, status.untilMs, 'time') : status
  }
  if (status.kind !== 'half-open') return status
  const [oldest] = status.probes
  if (oldest === undefined) return status
  const lostAt = oldest + timing.probeDeadlineMs
  return nowMs >= lostAt ? opened(status, { atMs: lostAt, reason: 'deadline' }, timing) : status
}

function probed(
  status: BreakerStatus,
  event: { readonly nowMs: number; readonly startedAt: number; readonly outcome: Outcome },
  timing: BreakerTiming,
): BreakerStatus {
  if (status.kind !== 'half-open') return status
  const index = status.probes.indexOf(event.startedAt)
  if (index < 0) return status
  if (event.outcome === 'failed' || event.outcome === 'slow') {
    return opened(status, { atMs: event.nowMs, reason: 'probe' }, timing)
  }
  const probes = status.probes.toSpliced(index, 1)
  if (event.outcome === 'ignored') return { ...status, probes }
  const successes = status.successes + 1
  if (successes < timing.successes) return { ...status, probes, successes }
  return { kind: 'closed', generation: status.generation + 1, sinceMs: event.nowMs, reason: 'probe' }
}

function opened(
  status: BreakerStatus,
  cause: { readonly atMs: number; readonly reason: BreakerReason },
  timing: BreakerTiming,
): BreakerStatus {
  return {
    kind: 'open',
    generation: status.generation + 1,
    sinceMs: cause.atMs,
    reason: cause.reason,
    untilMs: cause.atMs + timing.openForMs,
  }
}

function halfOpened(status: BreakerStatus, atMs: number, reason: BreakerReason): BreakerStatus {
  return {
    kind: 'half-open',
    generation: status.generation + 1,
    sinceMs: atMs,
    reason,
    probes: [],
    successes: 0,
  }
}
