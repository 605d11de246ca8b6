import type { Outcome, Random } from 'seaworthy/core'
import { openTimeMs, type OpenTime } from './open-time.ts'

/**
 * The circuit breaker as a state machine: no clock, no counters of a closed breaker, no listeners. Times are
 * milliseconds on one monotonic clock. After M. Nygard, "Release It!", with a fixed number of half-open probes that have
 * a deadline, and with generations: a result that belongs to an earlier state changes nothing.
 */

/** Why a breaker is in its state. */
export const breakerReasons = [
  'start',
  'failures',
  'hung',
  'peers',
  'probe',
  'deadline',
  'time',
  'health',
  'operator',
] as const
export type BreakerReason = (typeof breakerReasons)[number]

interface Since {
  /** Grows by one with each change of state. */
  readonly generation: number
  readonly sinceMs: number
  readonly reason: BreakerReason
  /** How often it has opened without having stayed closed for a good while in between. */
  readonly streak: number
}

interface Failing extends Since {
  /** Since when calls of our own have found it failing; undefined when it opened by the word of others. */
  readonly failingSinceMs: number | undefined
}

export type BreakerStatus =
  | (Since & { readonly kind: 'closed' | 'forced-open' | 'forced-closed' })
  | (Failing & { readonly kind: 'open'; readonly untilMs: number })
  | (Failing & {
      readonly kind: 'half-open'
      /** When each probe under way was started, oldest first. */
      readonly probes: readonly number[]
      readonly successes: number
      readonly failures: number
    })

export type BreakerEvent =
  /** Time went on. Moves one step; send it until nothing changes. */
  | { readonly type: 'tick'; readonly nowMs: number }
  /** A closed breaker has seen too much. */
  | { readonly type: 'trip'; readonly nowMs: number; readonly reason: 'failures' | 'hung' }
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
  /** The reports of other instances have changed. */
  | { readonly type: 'peers'; readonly nowMs: number; readonly areFailing: boolean }
  /** The rules have changed. */
  | { readonly type: 'rules'; readonly nowMs: number }
  /** An operator holds it open or closed, or closes it. */
  | {
      readonly type: 'operate'
      readonly nowMs: number
      readonly to: 'forced-open' | 'forced-closed' | 'closed'
    }

export interface BreakerRules {
  readonly openTime: OpenTime
  /** After having been closed for so long it opens for the base time again. */
  readonly forgetAfterMs: number
  /** Probes that may be under way at once. */
  readonly probes: number
  readonly probeDeadlineMs: number
  /** Successful probes that close the breaker. */
  readonly successes: number
  /** Failed probes that it bears while half-open. */
  readonly failuresMax: number
  /** For the jitter of the open time. */
  readonly random: Random
}

export function initialStatus(nowMs: number): BreakerStatus {
  return { kind: 'closed', generation: 0, sinceMs: nowMs, reason: 'start', streak: 0 }
}

/** The state after an event; the same object when the event changes nothing. */
export function transition(status: BreakerStatus, event: BreakerEvent, rules: BreakerRules): BreakerStatus {
  const { nowMs } = event
  switch (event.type) {
    case 'tick':
      return tick(status, nowMs, rules)
    case 'trip':
      return tripped(status, event, rules)
    case 'admit':
      return status.kind === 'half-open' ? { ...status, probes: [...status.probes, nowMs] } : status
    case 'result':
      return event.generation === status.generation ? probed(status, event, rules) : status
    case 'recover':
      return status.kind === 'open' ? halfOpened(status, nowMs, 'health') : status
    case 'peers':
      return heard(status, event, rules)
    case 'rules':
      return status.kind === 'open' ? shortened(status, rules) : status
    case 'operate':
      return operated(status, event.to, nowMs)
  }
}

/** Whole milliseconds after which a refused call is worth another try; undefined when a call may go ahead now. */
export function refusedForMs(status: BreakerStatus, nowMs: number, rules: BreakerRules): number | undefined {
  switch (status.kind) {
    case 'closed':
    case 'forced-closed':
      return undefined
    case 'forced-open':
      return rules.openTime.baseMs
    case 'open':
      return Math.ceil(status.untilMs - nowMs)
    case 'half-open':
      if (status.probes.length < rules.probes) return undefined
      return Math.ceil((status.probes[0] ?? nowMs) + rules.probeDeadlineMs - nowMs)
  }
}

function tick(status: BreakerStatus, nowMs: number, rules: BreakerRules): BreakerStatus {
  if (status.kind === 'open') {
    return nowMs >= status.untilMs ? halfOpened(status, status.untilMs, 'time') : status
  }
  if (status.kind !== 'half-open') return status
  const [oldest] = status.probes
  if (oldest === undefined) return status
  const lostAt = oldest + rules.probeDeadlineMs
  if (nowMs < lostAt) return status
  return probeFailed(
    { ...status, probes: status.probes.slice(1) },
    { atMs: lostAt, reason: 'deadline' },
    rules,
  )
}

function tripped(
  status: BreakerStatus,
  { nowMs, reason }: { readonly nowMs: number; readonly reason: 'failures' | 'hung' },
  rules: BreakerRules,
): BreakerStatus {
  if (status.kind !== 'closed') return status
  return opened(status, { atMs: nowMs, reason, failingSinceMs: nowMs }, rules)
}

function probed(
  status: BreakerStatus,
  event: { readonly nowMs: number; readonly startedAt: number; readonly outcome: Outcome },
  rules: BreakerRules,
): BreakerStatus {
  if (status.kind !== 'half-open') return status
  const index = status.probes.indexOf(event.startedAt)
  if (index < 0) return status
  const left = { ...status, probes: status.probes.toSpliced(index, 1) }
  if (event.outcome === 'ignored') return left
  if (event.outcome !== 'ok') return probeFailed(left, { atMs: event.nowMs, reason: 'probe' }, rules)
  const successes = status.successes + 1
  if (successes < rules.successes) return { ...left, successes }
  const { generation, streak } = status
  return { kind: 'closed', generation: generation + 1, sinceMs: event.nowMs, reason: 'probe', streak }
}

function probeFailed(
  status: BreakerStatus & { kind: 'half-open' },
  cause: { readonly atMs: number; readonly reason: BreakerReason },
  rules: BreakerRules,
): BreakerStatus {
  const failures = status.failures + 1
  if (failures <= rules.failuresMax) return { ...status, failures }
  return opened(status, { ...cause, failingSinceMs: status.failingSinceMs ?? cause.atMs }, rules)
}

function heard(
  status: BreakerStatus,
  event: { readonly nowMs: number; readonly areFailing: boolean },
  rules: BreakerRules,
): BreakerStatus {
  if (status.kind === 'closed' && event.areFailing) {
    return opened(status, { atMs: event.nowMs, reason: 'peers', failingSinceMs: undefined }, rules)
  }
  const isByPeers = status.kind === 'open' && status.reason === 'peers'
  return isByPeers && !event.areFailing ? halfOpened(status, event.nowMs, 'peers') : status
}

/** What is open by longer rules than the present ones ends as the present ones say; it never gets longer. */
function shortened(status: BreakerStatus & { kind: 'open' }, rules: BreakerRules): BreakerStatus {
  const untilMs = status.sinceMs + openTimeMs(rules.openTime, status.streak, rules.random)
  return untilMs < status.untilMs ? { ...status, untilMs } : status
}

function opened(
  status: BreakerStatus,
  cause: Pick<BreakerStatus & { kind: 'open' }, 'reason' | 'failingSinceMs'> & { readonly atMs: number },
  rules: BreakerRules,
): BreakerStatus {
  const { atMs, reason, failingSinceMs } = cause
  const isForgotten = status.kind === 'closed' && atMs - status.sinceMs >= rules.forgetAfterMs
  const streak = isForgotten ? 1 : status.streak + 1
  return {
    kind: 'open',
    generation: status.generation + 1,
    sinceMs: atMs,
    reason,
    streak,
    failingSinceMs,
    untilMs: atMs + openTimeMs(rules.openTime, streak, rules.random),
  }
}

function halfOpened(
  { generation, streak, failingSinceMs }: BreakerStatus & { kind: 'open' },
  sinceMs: number,
  reason: BreakerReason,
): BreakerStatus {
  return {
    kind: 'half-open',
    generation: generation + 1,
    sinceMs,
    reason,
    streak,
    failingSinceMs,
    probes: [],
    successes: 0,
    failures: 0,
  }
}

function operated(
  status: BreakerStatus,
  kind: 'closed' | 'forced-open' | 'forced-closed',
  sinceMs: number,
): BreakerStatus {
  if (kind !== 'closed' && kind === status.kind) return status
  return { kind, generation: status.generation + 1, sinceMs, reason: 'operator', streak: 0 }
}
