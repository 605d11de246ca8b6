import { onAbort } from 'seaworthy/core'

/** Stops following the caller's signal when nobody can read the answer any more. */
const unread = new FinalizationRegistry((stop: () => void) => stop())

/**
 * The signal that one attempt is sent with. Until the answer is there it follows the attempt; then, for as long as the
 * body streams, the caller, whose abort must still reach it although the call is over for the policies.
 */
export class AttemptSignal {
  readonly signal: AbortSignal
  readonly #caller: AbortSignal | undefined
  readonly #controller: AbortController | undefined
  readonly #stop: () => void = ignore

  /**
   * @param attempt aborted when the policies or the caller give the attempt up
   * @param caller the caller's own signal
   */
  constructor(attempt: AbortSignal, caller: AbortSignal | undefined) {
    this.#caller = caller
    if (caller === undefined) {
      this.signal = attempt
      return
    }
    const controller = new AbortController()
    this.#controller = controller
    this.signal = controller.signal
    this.#stop = onAbort(attempt, (reason) => controller.abort(reason))
  }

  /**
   * The attempt is over for the policies.
   *
   * @param streaming its answer, if the body is still to come: that stays with the caller
   */
  answered(streaming: Response | undefined): void {
    this.#stop()
    const controller = this.#controller
    if (controller === undefined || streaming === undefined || streaming.body === null) return
    unread.register(
      streaming,
      onAbort(this.#caller, (reason) => controller.abort(reason)),
    )
  }
}

function ignore(): void {}
