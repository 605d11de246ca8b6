import { defineChannel } from './channel.ts'

/** Every channel that Seaworthy publishes on, with its message. Times are milliseconds on the publisher's clock. */

/** How one call, or one attempt, ended. `ignored` moves no breaker: cancelled by the caller, or refused by us. */
export const outcomes = ['ok', 'failed', 'slow', 'ignored'] as const
export type Outcome = (typeof outcomes)[number]

export interface CallMessage {
  readonly dependency: string
  readonly operation: string
  readonly outcome: Outcome
  readonly durationMs: number
  readonly attempts: number
  /** Where the answer came from: `live`, or the name of a fallback; `none` when the call threw. */
  readonly source: string
  readonly error?: unknown
}

export interface RetryMessage {
  readonly name: string
  /** The attempt that failed, from 1. */
  readonly attempt: number
  readonly delayMs: number
  readonly error: unknown
}

export interface HedgeMessage {
  readonly name: string
  /** The attempt that was started beside those before it, from 2. */
  readonly attempt: number
  /** For how long the one before it had not answered. */
  readonly delayMs: number
}

export const breakerStates = [
  'closed',
  'open',
  'half-open',
  'forced-open',
  'forced-closed',
  'observing',
  'disabled',
] as const
export type BreakerState = (typeof breakerStates)[number]

export interface BreakerMessage {
  readonly name: string
  readonly from: BreakerState
  readonly to: BreakerState
  /**
   * `failures`, `hung` (calls under way for too long), `peers` (reports of other instances), `probe`, `deadline`, `time`,
   * `health`, `operator`, `start` or `restored`.
   */
  readonly reason: string
}

/**
 * Why a policy said no: `queue-displaced` when a call that goes before took the place, `limit-unreachable` when the store
 * of a shared limit did not answer, `retry-budget-exhausted` when nothing was left for a further attempt or a hedge.
 */
export const refusalReasons = [
  'circuit-open',
  'bulkhead-full',
  'concurrency-limit',
  'queue-displaced',
  'queue-timeout',
  'rate-exceeded',
  'limit-unreachable',
  'client-throttled',
  'load-shed',
  'retry-budget-exhausted',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** A policy said no before calling. */
export interface RefusalMessage {
  readonly name: string
  readonly reason: RefusalReason
  readonly retryAfterMs: number
}

export interface TimeoutMessage {
  readonly name: string
  readonly limitMs: number
}

export interface FallbackMessage {
  readonly name: string
  readonly source: string
  /** Age of the value, 0 when made now. */
  readonly ageMs: number
  readonly error: unknown
}

export interface ProbeMessage {
  readonly dependency: string
  readonly ok: boolean
  readonly durationMs: number
  readonly error?: unknown
}

export interface LevelMessage {
  readonly service: string
  readonly capability: string
  readonly from: string
  readonly to: string
  readonly because: readonly string[]
}

export interface QueryMessage {
  readonly pool: string
  /** The statement's name or its first words; never its values. */
  readonly statement: string
  readonly durationMs: number
  readonly rows: number
  readonly error?: unknown
}

export interface PoolMessage {
  readonly pool: string
  readonly total: number
  readonly idle: number
  readonly waiting: number
}

export const callChannel = defineChannel<CallMessage>('seaworthy.dependency.call')
export const retryChannel = defineChannel<RetryMessage>('seaworthy.resilience.retry')
export const hedgeChannel = defineChannel<HedgeMessage>('seaworthy.resilience.hedge')
export const breakerChannel = defineChannel<BreakerMessage>('seaworthy.resilience.breaker')
/** What a breaker that only observes would have done: it refuses nothing. */
export const breakerShadowChannel = defineChannel<BreakerMessage>('seaworthy.resilience.breaker-shadow')
export const refusalChannel = defineChannel<RefusalMessage>('seaworthy.resilience.refusal')
export const timeoutChannel = defineChannel<TimeoutMessage>('seaworthy.resilience.timeout')
export const fallbackChannel = defineChannel<FallbackMessage>('seaworthy.resilience.fallback')
export const probeChannel = defineChannel<ProbeMessage>('seaworthy.dependency.probe')
export const levelChannel = defineChannel<LevelMessage>('seaworthy.service.level')
export const queryChannel = defineChannel<QueryMessage>('seaworthy.database.query')
export const poolChannel = defineChannel<PoolMessage>('seaworthy.database.pool')
