import { abortReason, type Clock } from 'seaworthy/core'
import type { CallContext } from '../engine/call-context.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import { DispatchAttempt, type AttemptOwner } from './dispatch-attempt.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import type { HeldAnswer } from './held-answer.ts'
import type { HttpOptions } from './http-options.ts'
import { statusFailure } from './status-failure.ts'
import type { Dispatch, DispatchController, DispatchHandler, ResponseHead } from './undici-types.ts'

/** What all calls through one interceptor share. */
export interface DispatchSettings extends Required<HttpOptions> {
  readonly clock: Clock
}

interface CallParts {
  readonly request: DispatchRequest
  readonly handler: DispatchHandler
  readonly dispatch: Dispatch
  readonly settings: DispatchSettings
}

/**
 * One call through the policies, with all its attempts. For the handler it is the controller, the same from the first
 * moment to the last, whichever attempt is delivered in the end.
 */
export class DispatchCall implements AttemptOwner {
  readonly handler: DispatchHandler
  readonly clock: Clock
  readonly coveredBytes: number
  paused = false
  readonly #parts: CallParts
  readonly #caller = new AbortController()
  /** What undici and interceptors further in say about the request. */
  readonly #context: Record<string, unknown> = {}
  /** Answers that are held. */
  readonly #held = new Set<DispatchAttempt>()
  /** The attempts that failed by their answers, since the last attempt began. */
  readonly #failures = new Map<unknown, DispatchAttempt>()
  #delivered: HeldAnswer | undefined
  #source: DispatchController | undefined
  #isOver = false

  constructor(parts: CallParts) {
    const { covers, bodyMaxBytes, clock } = parts.settings
    this.#parts = parts
    this.handler = parts.handler
    this.clock = clock
    this.coveredBytes = covers === 'body' ? bodyMaxBytes : Number.NaN
  }

  run(guard: Pipeline): void {
    const { settings, request } = this.#parts
    const { signal } = this.#caller
    try {
      this.handler.onRequestStart?.(this, this.#context)
    } catch (error) {
      return this.#fail(error)
    }
    guard
      .execute((context) => this.#attempt(context), { signal, key: settings.key(request) })
      .then(
        (attempt) => this.#deliver(attempt),
        (error) => this.#giveUp(error),
      )
  }

  get aborted(): boolean {
    return this.#caller.signal.aborted
  }

  get reason(): Error | null {
    return this.aborted ? (abortReason(this.#caller.signal) as Error) : null
  }

  get rawHeaders(): unknown {
    return this.#source?.rawHeaders ?? null
  }

  get rawTrailers(): unknown {
    return this.#source?.rawTrailers ?? null
  }

  abort(reason: Error): void {
    if (this.aborted) return
    this.#caller.abort(reason)
    this.#delivered?.breakOff(this.reason)
  }

  pause(): void {
    this.paused = true
    if (this.#delivered !== undefined) this.#source?.pause()
  }

  resume(): void {
    this.paused = false
    this.#delivered?.flush()
  }

  started(context: unknown): void {
    if (typeof context === 'object' && context !== null) Object.assign(this.#context, context)
  }

  informed(attempt: DispatchAttempt, { status, headers, message }: ResponseHead): void {
    this.#source = attempt.controller
    this.handler.onResponseStart?.(this, status, headers, message)
  }

  judge(attempt: DispatchAttempt, { status, headers }: ResponseHead): Error | undefined {
    // The policies went on without this attempt, so nobody else will see to its answer.
    if (this.#isOver) attempt.discard()
    else this.#held.add(attempt)
    if (!this.#parts.settings.isFailure(status)) return undefined
    const retryAfter = headers['retry-after']
    const error = statusFailure(this.#parts.request, {
      status,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      atWallMs: this.clock.wallTime(),
    })
    this.#failures.set(error, attempt)
    return error
  }

  #attempt(context: CallContext): Promise<DispatchAttempt> {
    const { dispatch, request } = this.#parts
    this.#dropFailures()
    return new Promise((resolve, reject) => {
      new DispatchAttempt(this, { resolve, reject }).send(dispatch, request.options, context.signal)
    })
  }

  #giveUp(error: unknown): void {
    const attempt = this.#parts.settings.onGiveUp === 'response' ? this.#failures.get(error) : undefined
    if (attempt === undefined) this.#fail(error)
    else this.#deliver(attempt)
  }

  #deliver(attempt: DispatchAttempt): void {
    if (this.aborted) return this.#fail(this.reason)
    const answer = attempt instanceof DispatchAttempt ? attempt.answer : undefined
    if (answer === undefined) return this.#fail(notDelivered())
    this.#held.delete(attempt)
    this.#end()
    this.#source = attempt.controller
    this.#delivered = answer
    answer.deliver()
  }

  #fail(reason: unknown): void {
    this.#end()
    this.handler.onResponseError?.(this, reason as Error)
  }

  #end(): void {
    this.#isOver = true
    for (const attempt of this.#held) attempt.discard()
    this.#held.clear()
  }

  /** A further attempt is made: the answers of failed ones are of no more use. */
  #dropFailures(): void {
    for (const attempt of this.#failures.values()) {
      this.#held.delete(attempt)
      attempt.discard()
    }
    this.#failures.clear()
  }
}

/** A policy of someone else's may answer as it likes, but a handler of undici needs an answer of undici. */
function notDelivered(): Error {
  return new TypeError(
    'Cannot deliver an answer: the policies must pass on the one that they were given, received something else',
  )
}
