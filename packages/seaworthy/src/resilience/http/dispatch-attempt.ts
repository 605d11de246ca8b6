import { abortReason, onAbort, type Clock, type Timer } from 'seaworthy/core'
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
export interface AttemptOwner extends DispatchController {
  /** Who gets the answer. */
  readonly handler: DispatchHandler
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

type StartArguments = Parameters<NonNullable<DispatchHandler['onResponseStart']>>

interface Settle {
  readonly resolve: (attempt: DispatchAttempt) => void
  readonly reject: (reason: unknown) => void
}

/**
 * One attempt: what undici tells of its answer is held, with a bounded part of the body, until the policies have decided
 * whether it is delivered or thrown away.
 *
 * - `sent`: no answer yet
 * - `held`: the answer is there, its fate is not
 * - `delivered`: it goes to the handler, first what was held and then as it comes
 * - `discarded`: what comes is dropped, so that the connection can be used again
 * - `over`: nothing more will happen
 */
export class DispatchAttempt implements DispatchHandler {
  /** The controller of the connection; undefined until the request has one. */
  controller: DispatchController | undefined
  readonly #owner: AttemptOwner
  readonly #settle: Settle
  #state: 'sent' | 'held' | 'delivered' | 'discarded' | 'over' = 'sent'
  #isSettled = false
  #head: ResponseHead | undefined
  #pieces: Uint8Array[] = []
  #nextPiece = 0
  #bytes = 0
  #end: { readonly trailers: ResponseHeaders } | { readonly error: Error } | undefined
  #reason: unknown
  #isFlushing = false
  #stopListening: () => void = ignore
  #timer: Timer | undefined

  constructor(owner: AttemptOwner, settle: Settle) {
    this.#owner = owner
    this.#settle = settle
  }

  send(dispatch: Dispatch, options: DispatchOptions, signal: AbortSignal): void {
    this.#stopListening = onAbort(signal, (reason) => this.#abandon(reason))
    if (this.#state === 'sent') dispatch(options, this)
  }

  /** Hands the answer to the handler: the policies are done. */
  deliver(): void {
    const { handler } = this.#owner
    const head = this.#head
    if (this.#state !== 'held' || head === undefined) return
    this.#state = 'delivered'
    if (this.#owner.paused) this.controller?.pause()
    try {
      handler.onResponseStart?.(this.#owner, head.status, head.headers, head.message)
    } catch (error) {
      return this.breakOff(error)
    }
    this.flush()
  }

  /** Hands on what was held, as far as the handler takes it, and then lets the rest come. */
  flush(): void {
    if (this.#state !== 'delivered' || this.#isFlushing) return
    this.#isFlushing = true
    try {
      this.#handOnPieces()
    } catch (error) {
      return this.breakOff(error)
    } finally {
      this.#isFlushing = false
    }
    if (this.#mustWait) return
    if (this.#end === undefined) this.controller?.resume()
    else this.#finish(this.#end)
  }

  /** Ends an answer that is being delivered. */
  breakOff(reason: unknown): void {
    if (this.#state !== 'delivered') return
    this.#state = 'over'
    const error = reason as Error
    this.controller?.abort(error)
    this.#owner.handler.onResponseError?.(this.#owner, error)
  }

  /** Throws the answer away. */
  discard(): void {
    if (this.#state !== 'held') return
    this.#pieces = []
    if (this.#end !== undefined) {
      this.#state = 'over'
      return
    }
    this.#state = 'discarded'
    if (this.controller?.paused === true) return this.#cut()
    this.#timer = this.#owner.clock.schedule(discardLimits.ms, () => this.#cut())
  }

  /** For policies that throw away results. */
  [Symbol.dispose](): void {
    this.discard()
  }

  onRequestStart(controller: DispatchController, context: unknown): void {
    this.controller = controller
    if (this.#state === 'sent') this.#owner.started(context)
    else controller.abort(this.#reason as Error)
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

  onResponseStart(...[, status, headers, message]: StartArguments): void {
    if (this.#state !== 'sent') return
    const head = { status, headers, message }
    if (status < 200) return this.#owner.informed(this, head)
    this.#state = 'held'
    this.#head = head
    if (Number.isNaN(this.#owner.coveredBytes)) this.#judge(head)
  }

  onResponseData(controller: DispatchController, chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength
    switch (this.#state) {
      case 'held':
        this.#pieces.push(chunk)
        return this.#holdBack(controller)
      case 'delivered':
        // undici pauses its reading, but what the other side sent before it hung up still comes.
        if (this.#mustWait) this.#pieces.push(chunk)
        else this.#owner.handler.onResponseData?.(this.#owner, chunk)
        return
      case 'discarded':
        if (this.#bytes > discardLimits.bytes) this.#cut()
        return
      case 'sent':
      case 'over':
    }
  }

  onResponseEnd(_controller: DispatchController, trailers: ResponseHeaders): void {
    this.#ended({ trailers })
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    if (this.#isSettled || this.#state === 'over') return this.#ended({ error })
    this.#state = 'over'
    this.#reject(error)
  }

  get #hasPieces(): boolean {
    return this.#nextPiece < this.#pieces.length
  }

  /** Whether what comes now must wait for what came before, or for the handler. */
  get #mustWait(): boolean {
    return this.#hasPieces || this.#owner.paused
  }

  #ended(end: { readonly trailers: ResponseHeaders } | { readonly error: Error }): void {
    switch (this.#state) {
      case 'held':
        this.#end = end
        if (this.#head !== undefined) this.#judge(this.#head)
        return
      case 'delivered':
        this.#end = end
        if (!this.#mustWait) this.#finish(end)
        return
      case 'discarded':
        this.#state = 'over'
        this.#timer?.cancel()
        return
      case 'sent':
      case 'over':
    }
  }

  /** More than is covered, or may be held, stays in the connection until its fate is known. */
  #holdBack(controller: DispatchController): void {
    const { coveredBytes } = this.#owner
    const maxBytes = Number.isNaN(coveredBytes) ? heldMaxBytes : coveredBytes
    if (this.#bytes <= maxBytes) return
    controller.pause()
    if (this.#head !== undefined) this.#judge(this.#head)
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

  /** The policies or the caller gave the attempt up before its answer was there. */
  #abandon(reason: unknown): void {
    this.#state = 'over'
    this.#reason = reason
    this.controller?.abort(reason as Error)
    this.#reject(reason)
  }

  #handOnPieces(): void {
    const { handler } = this.#owner
    while (this.#state === 'delivered' && !this.#owner.paused) {
      const piece = this.#pieces[this.#nextPiece]
      if (piece === undefined) break
      this.#nextPiece++
      handler.onResponseData?.(this.#owner, piece)
    }
    if (this.#hasPieces) return
    this.#pieces = []
    this.#nextPiece = 0
  }

  #finish(end: { readonly trailers: ResponseHeaders } | { readonly error: Error }): void {
    if (this.#state !== 'delivered') return
    this.#state = 'over'
    const { handler } = this.#owner
    if ('error' in end) return handler.onResponseError?.(this.#owner, end.error)
    try {
      handler.onResponseEnd?.(this.#owner, end.trailers)
    } catch (error) {
      handler.onResponseError?.(this.#owner, error as Error)
    }
  }

  #cut(): void {
    this.#state = 'over'
    this.#timer?.cancel()
    this.controller?.abort(abortReason(AbortSignal.abort()) as Error)
  }
}

function ignore(): void {}
