import type { DispatchController, DispatchHandler, ResponseHead, ResponseHeaders } from './undici-types.ts'

/** How an answer ended. */
export type AnswerEnd = { readonly trailers: ResponseHeaders } | { readonly error: Error }

/** Who gets an answer. To the handler, the receiver is the controller of the request. */
export interface AnswerReceiver extends DispatchController {
  readonly handler: DispatchHandler
}

/**
 * The answer of one attempt: held until it is delivered. Then the handler gets first what was held and the rest as it
 * comes, never more than it takes.
 */
export class HeldAnswer {
  readonly head: ResponseHead
  /** Bytes of the body that came so far. */
  bytes = 0
  readonly #receiver: AnswerReceiver
  readonly #controller: DispatchController
  #state: 'held' | 'delivered' | 'over' = 'held'
  readonly #pieces: Uint8Array[] = []
  #end: AnswerEnd | undefined
  #isFlushing = false

  /** @param controller that of the connection which the answer comes on */
  constructor(head: ResponseHead, receiver: AnswerReceiver, controller: DispatchController) {
    this.head = head
    this.#receiver = receiver
    this.#controller = controller
  }

  /** Whether it waits for its fate. */
  get isHeld(): boolean {
    return this.#state === 'held'
  }

  /** Whether it has come to its end. */
  get hasEnded(): boolean {
    return this.#end !== undefined
  }

  take(piece: Uint8Array): void {
    this.bytes += piece.byteLength
    // undici pauses its reading, but what the other side sent before it hung up still comes.
    if (this.#mustWait) this.#pieces.push(piece)
    else this.#receiver.handler.onResponseData?.(this.#receiver, piece)
  }

  end(end: AnswerEnd): void {
    this.#end ??= end
    if (!this.#mustWait) this.#finish(this.#end)
  }

  deliver(): void {
    const { status, headers, message } = this.head
    this.#state = 'delivered'
    if (this.#receiver.paused) this.#controller.pause()
    try {
      this.#receiver.handler.onResponseStart?.(this.#receiver, status, headers, message)
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
    if (this.#end === undefined) this.#controller.resume()
    else this.#finish(this.#end)
  }

  /** Ends it while it is being delivered. */
  breakOff(reason: unknown): void {
    if (this.#state !== 'delivered') return
    this.#state = 'over'
    const error = reason as Error
    this.#controller.abort(error)
    this.#receiver.handler.onResponseError?.(this.#receiver, error)
  }

  /** Whether what comes now must wait for its fate, or for the handler. */
  get #mustWait(): boolean {
    return this.#state !== 'delivered' || this.#receiver.paused
  }

  #handOnPieces(): void {
    let handedOn = 0
    try {
      for (const piece of this.#pieces) {
        if (this.#mustWait) break
        handedOn++
        this.#receiver.handler.onResponseData?.(this.#receiver, piece)
      }
    } finally {
      this.#pieces.splice(0, handedOn)
    }
  }

  #finish(end: AnswerEnd): void {
    if (this.#state !== 'delivered') return
    this.#state = 'over'
    const { handler } = this.#receiver
    if ('error' in end) return handler.onResponseError?.(this.#receiver, end.error)
    try {
      handler.onResponseEnd?.(this.#receiver, end.trailers)
    } catch (error) {
      handler.onResponseError?.(this.#receiver, error as Error)
    }
  }
}
