import { abortReason, onAbort, type Clock, type Timer } from 'seaworthy/core'
import { HeldAnswer, type AnswerReceiver } from './held-answer.ts'
import { discardLimits } from './read-body.ts'
import type {
  Dispatch,
  DispatchController,
  DispatchHandler,
  DispatchOptions,
  ResponseHead,
  ResponseHeaders,
} from './undici-types.ts'

/** How much of a body is held in memory until its fate is known, beside what is covered. */
const heldMaxBytes = 65_536

/** What an attempt needs of the call that it belongs to. */
export interface AttemptOwner extends AnswerReceiver {
  readonly clock: Clock
  /** How much of the body an attempt waits for: NaN for none. */
  readonly coveredBytes: number
  /** The dispatch of the attempt begins. */
  started(context: unknown): void
  /** An answer before the answer. */
  informed(attempt: DispatchAttempt, head: ResponseHead): void
  /** The answer is there. Returns the failure that it is. */
  judge(attempt: DispatchAttempt, head: ResponseHead): Error | undefined
}

interface Settle {
  readonly resolve: (attempt: DispatchAttempt) => void
  readonly reject: (reason: unknown) => void
}

type StartArguments = Parameters<NonNullable<DispatchHandler['onResponseStart']>>

type AttemptState =
  /** No answer yet. */
  | { readonly kind: 'sent' }
  /** The answer is there. */
  | { readonly kind: 'answered'; readonly answer: HeldAnswer }
  /** What comes is dropped, so that the connection can be used again. */
  | { readonly kind: 'discarded'; readonly bytes: number; readonly timer: Timer }
  /** Nothing more will happen; a connection that is only now made is given up for this reason. */
  | { readonly kind: 'over'; readonly reason: unknown }

/**
 * One attempt: what undici tells of its answer is held, with a bounded part of the body, until the policies have decided
 * whether it is delivered or thrown away.
 */
export class DispatchAttempt implements DispatchHandler {
  /** The controller of the connection; undefined until the request has one. */
  controller: DispatchController | undefined
  readonly #owner: AttemptOwner
  readonly #settle: Settle
  #state: AttemptState = { kind: 'sent' }
  #isSettled = false
  #stopListening: () => void = ignore

  constructor(owner: AttemptOwner, settle: Settle) {
    this.#owner = owner
    this.#settle = settle
  }

  send(dispatch: Dispatch, options: DispatchOptions, signal: AbortSignal): void {
    this.#stopListening = onAbort(signal, (reason) => this.#abandon(reason))
    if (this.#state.kind === 'sent') dispatch(options, this)
  }

  /** The answer, if it is there and was not thrown away. */
  get answer(): HeldAnswer | undefined {
    return this.#state.kind === 'answered' ? this.#state.answer : undefined
  }

  /** Throws the answer away, unless it is being delivered. */
  discard(): void {
    const { answer } = this
    if (answer === undefined || !answer.isHeld) return
    if (answer.hasEnded) this.#state = { kind: 'over', reason: undefined }
    else if (this.controller?.paused === true) this.#cut()
    else {
      const timer = this.#owner.clock.schedule(discardLimits.ms, () => this.#cut())
      this.#state = { kind: 'discarded', bytes: answer.bytes, timer }
    }
  }

  /** For policies that throw away results. */
  [Symbol.dispose](): void {
    this.discard()
  }

  onRequestStart(controller: DispatchController, context: unknown): void {
    this.controller = controller
    if (this.#state.kind === 'over') controller.abort(this.#state.reason as Error)
    else this.#owner.started(context)
  }

  onResponseStarted(): void {
    this.#owner.handler.onResponseStarted?.()
  }

  onBodySent(chunk: Uint8Array): void {
    this.#owner.handler.onBodySent?.(chunk)
  }

  onRequestSent(): void {
    this.#owner.handler.onRequestSent?.()
  }

  onResponseStart(...[controller, status, headers, message]: StartArguments): void {
    if (this.#state.kind !== 'sent') return
    const head = { status, headers, message }
    if (status < 200) return this.#owner.informed(this, head)
    const answer = new HeldAnswer(head, this.#owner, controller)
    this.#state = { kind: 'answered', answer }
    if (Number.isNaN(this.#owner.coveredBytes)) this.#judge(head)
  }

  onResponseData(controller: DispatchController, chunk: Uint8Array): void {
    if (this.#state.kind === 'discarded') return this.#drain(this.#state, chunk)
    const { answer } = this
    if (answer === undefined) return
    answer.take(chunk)
    if (answer.isHeld) this.#holdBack(answer, controller)
  }

  onResponseEnd(_controller: DispatchController, trailers: ResponseHeaders): void {
    this.#drained()
    const { answer } = this
    if (answer === undefined) return
    answer.end({ trailers })
    this.#judge(answer.head)
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    this.#drained()
    if (this.#isSettled) return this.answer?.end({ error })
    this.#state = { kind: 'over', reason: error }
    this.#reject(error)
  }

  /** More than is covered, or may be held, stays in the connection until its fate is known. */
  #holdBack(answer: HeldAnswer, controller: DispatchController): void {
    const { coveredBytes } = this.#owner
    if (answer.bytes <= (Number.isNaN(coveredBytes) ? heldMaxBytes : coveredBytes)) return
    controller.pause()
    this.#judge(answer.head)
  }

  #judge(head: ResponseHead): void {
    if (this.#isSettled) return
    const failure = this.#owner.judge(this, head)
    if (failure !== undefined) return this.#reject(failure)
    this.#isSettled = true
    this.#stopListening()
    this.#settle.resolve(this)
  }

  #reject(reason: unknown): void {
    this.#isSettled = true
    this.#stopListening()
    this.#settle.reject(reason)
  }

  /** The policies or the caller gave the attempt up before it was settled. */
  #abandon(reason: unknown): void {
    this.#state = { kind: 'over', reason }
    this.controller?.abort(reason as Error)
    this.#reject(reason)
  }

  #drain(discarded: AttemptState & { readonly kind: 'discarded' }, chunk: Uint8Array): void {
    const bytes = discarded.bytes + chunk.byteLength
    this.#state = { ...discarded, bytes }
    if (bytes > discardLimits.bytes) this.#cut()
  }

  /** What was discarded has come to its end. */
  #drained(): void {
    if (this.#state.kind !== 'discarded') return
    this.#state.timer.cancel()
    this.#state = { kind: 'over', reason: undefined }
  }

  #cut(): void {
    this.#drained()
    const reason = abortReason(AbortSignal.abort())
    this.#state = { kind: 'over', reason }
    this.controller?.abort(reason as Error)
  }
}

function ignore(): void {}
