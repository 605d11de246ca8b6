import {
  breakerChannel,
  formatMs,
  isolate,
  refusalChannel,
  type BreakerState,
  type Clock,
  type Outcome,
  type Runtime,
  type SeaworthyError,
} from 'seaworthy/core'
import {
  initialStatus,
  refusedForMs,
  transition,
  type BreakerEvent,
  type BreakerStatus,
  type BreakerTiming,
} from './breaker-state.ts'
import type { CircuitBreaker, CircuitBreakerSnapshot } from './circuit-breaker-handle.ts'
import {
  resolveCircuitBreakerOptions,
  windowOf,
  type CircuitBreakerOptions,
  type ResolvedCircuitBreakerOptions,
} from './circuit-breaker-options.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { OutcomeWindow } from './outcome-window.ts'
import { BreakerPermit, type OutcomeJudge, type Permit } from './permit.ts'
import { BreakerStage } from './breaker-stage.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { resilienceError, type ResilienceErrorCode } from '../resilience-errors.ts'

/** Where a breaker is entered by name. */
export interface BreakerRegistrar {
  readonly breakers: { add(breaker: CircuitBreaker): void }
}

/**
 * Stops calling a dependency that fails, and finds out with few calls whether it is back.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function circuitBreaker(
  options: CircuitBreakerOptions,
  runtime?: Partial<Runtime>,
  registry?: BreakerRegistrar,
): CircuitBreaker {
  const resolved = resolveCircuitBreakerOptions(options, options.name)
  const breaker = new Breaker(resolved, completeRuntime(runtime).clock)
  registry?.breakers.add(breaker)
  return breaker
}

class Breaker extends StagedPolicy implements CircuitBreaker, OutcomeJudge {
  readonly kind = 'circuit-breaker'
  readonly name: string
  readonly #options: ResolvedCircuitBreakerOptions
  readonly #timing: BreakerTiming
  readonly #trip: Readonly<Record<string, unknown>>
  readonly #window: OutcomeWindow
  readonly #clock: Clock
  readonly #counts: Record<Outcome, number> = { ok: 0, failed: 0, slow: 0, ignored: 0 }
  #status: BreakerStatus
  #note: string | undefined
  #openedAtMs: number | undefined
  #refused = 0
  #transitions = 0

  constructor(options: ResolvedCircuitBreakerOptions, clock: Clock) {
    super()
    this.name = options.name
    this.#options = options
    this.#timing = {
      openForMs: options.openFor,
      probes: options.probes,
      probeDeadlineMs: options.probeDeadline ?? options.openFor,
      successes: options.successes ?? options.probes,
    }
    const { window, trip } = windowOf(options.trip, options.name)
    this.#window = window
    this.#trip = trip
    this.#clock = clock
    this.#status = initialStatus(clock.now())
  }

  get state(): BreakerState {
    this.#catchUp(this.#clock.now())
    return this.#status.kind
  }

  /** For permits: which state they belong to. */
  get generation(): number {
    return this.#status.generation
  }

  stage(): Stage {
    return new BreakerStage(this)
  }

  /** For its stages: lets a call in; the error to refuse it with otherwise. */
  admit(): SeaworthyError<ResilienceErrorCode> | undefined {
    return this.#status.kind === 'closed' ? undefined : this.#admit(this.#clock.now())
  }

  /** For its stages: when a call starts, as far as it matters. */
  startOf(): number {
    return this.#status.kind === 'closed' && this.#options.slowCallAfter === undefined ? 0 : this.#clock.now()
  }

  acquire(): Permit {
    const startedAt = this.#clock.now()
    const refusal = this.#admit(startedAt)
    if (refusal !== undefined) throw refusal
    return new BreakerPermit(this, startedAt)
  }

  /** For permits: enters the outcome of a call. */
  settle(permit: { readonly generation: number; readonly startedAt: number }, outcome: Outcome): void {
    const nowMs = this.#clock.now()
    this.#counts[outcome]++
    const status = this.#status
    if (status.kind !== 'closed') {
      this.#catchUp(nowMs)
      const { generation, startedAt } = permit
      this.#apply({ type: 'result', nowMs, generation, startedAt, outcome })
    } else if (status.generation === permit.generation && outcome !== 'ignored') {
      this.#window.record(outcome, nowMs)
      if (this.#window.isTripped(nowMs)) this.#apply({ type: 'trip', nowMs })
    }
  }

  /** For permits: the outcome of a call that succeeded. */
  successOf(startedAt: number): Outcome {
    const { slowCallAfter } = this.#options
    return slowCallAfter !== undefined && this.#clock.now() - startedAt >= slowCallAfter ? 'slow' : 'ok'
  }

  /** For permits: the outcome of a call that failed. */
  failureOf(error: unknown): Outcome {
    let outcome: Outcome = 'failed'
    isolate(() => {
      outcome = this.#options.classify(error)
    })
    return outcome
  }

  forceOpen(note?: string): void {
    this.#operate('force-open')
    this.#note = note
  }

  forceClosed(): void {
    this.#operate('force-closed')
  }

  reset(): void {
    this.#operate('reset')
  }

  recover(): void {
    const nowMs = this.#clock.now()
    this.#catchUp(nowMs)
    this.#apply({ type: 'recover', nowMs })
  }

  snapshot(): CircuitBreakerSnapshot {
    const nowMs = this.#clock.now()
    this.#catchUp(nowMs)
    const wallTimeOf = (ms: number): number => Math.round(this.#clock.wallTime() - nowMs + ms)
    const status = this.#status
    return Object.freeze({
      name: this.name,
      state: status.kind,
      reason: status.reason,
      note: this.#note,
      since: wallTimeOf(status.sinceMs),
      openedAt: this.#openedAtMs === undefined ? undefined : wallTimeOf(this.#openedAtMs),
      counts: Object.freeze({ ...this.#counts }),
      window: Object.freeze(this.#window.counts(nowMs)),
      refused: this.#refused,
      transitions: this.#transitions,
      retryAfterMs: refusedForMs(status, nowMs, this.#timing) ?? 0,
    })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { slowCallAfter } = this.#options
    return {
      kind: this.kind,
      name: this.name,
      trip: this.#trip,
      ...this.#timing,
      ...(slowCallAfter !== undefined && { slowCallAfterMs: slowCallAfter }),
    }
  }

  /** Lets a call in; the error to refuse it with otherwise. */
  #admit(nowMs: number): SeaworthyError<ResilienceErrorCode> | undefined {
    if (this.#status.kind === 'closed') return undefined
    this.#catchUp(nowMs)
    const retryAfterMs = refusedForMs(this.#status, nowMs, this.#timing)
    if (retryAfterMs !== undefined) return this.#refuse(retryAfterMs)
    this.#apply({ type: 'admit', nowMs })
    return undefined
  }

  #refuse(retryAfterMs: number): SeaworthyError<ResilienceErrorCode> {
    this.#refused++
    const { name } = this
    if (refusalChannel.hasSubscribers) refusalChannel.publish({ name, reason: 'circuit-open', retryAfterMs })
    const state = this.#status.kind
    return resilienceError(
      'ERR_CIRCUIT_OPEN',
      `Cannot call "${name}": its circuit must be closed, is ${state}; try again in ${formatMs(retryAfterMs)}`,
      { details: { name, state, note: this.#note }, retryAfterMs },
    )
  }

  #operate(type: 'force-open' | 'force-closed' | 'reset'): void {
    const nowMs = this.#clock.now()
    this.#catchUp(nowMs)
    this.#note = undefined
    this.#window.clear()
    this.#apply({ type, nowMs })
  }

  /** Makes the changes that time alone has brought since the last look. */
  #catchUp(nowMs: number): void {
    while (this.#apply({ type: 'tick', nowMs }));
  }

  /** True when the event changed the state. */
  #apply(event: BreakerEvent): boolean {
    const from = this.#status
    const to = transition(from, event, this.#timing)
    if (to === from) return false
    this.#status = to
    if (to.generation !== from.generation) this.#window.clear()
    if (to.kind === from.kind) return true
    this.#transitions++
    if (to.kind === 'open' || to.kind === 'forced-open') this.#openedAtMs = to.sinceMs
    if (breakerChannel.hasSubscribers) {
      breakerChannel.publish({ name: this.name, from: from.kind, to: to.kind, reason: to.reason })
    }
    return true
  }
}
