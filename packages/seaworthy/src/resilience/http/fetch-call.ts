import { abortReason, type Clock } from 'seaworthy/core'
import type { CallContext } from '../engine/call-context.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import { AttemptSignal } from './attempt-signal.ts'
import { fallbackResponse, unwrapped } from './fallback-response.ts'
import type { FetchRequest } from './fetch-request.ts'
import type { HttpOptions } from './http-options.ts'
import { discardBody, readUpTo } from './read-body.ts'
import { statusFailure } from './status-failure.ts'

/** What all calls of one resilient fetch share. */
export interface FetchSettings extends Required<HttpOptions> {
  readonly send: typeof fetch
  readonly clock: Clock
}

/** One call through the policies, with all its attempts. */
export class FetchCall {
  readonly #request: FetchRequest
  readonly #settings: FetchSettings
  /** Answers that came. */
  readonly #answers = new Set<Response>()
  /** The answers that were failures, since the last attempt began. */
  readonly #failures = new Map<unknown, Response>()
  #isOver = false

  constructor(request: FetchRequest, settings: FetchSettings) {
    this.#request = request
    this.#settings = settings
  }

  async run(guard: Pipeline): Promise<Response> {
    const { signal } = this.#request
    const key = this.#settings.key(this.#request)
    let answer: Response | undefined
    try {
      const result = await guard.execute((context) => this.#attempt(context), { signal, key })
      const { value, source } = unwrapped(result)
      // The types of the policies say that their fallbacks answer with responses.
      answer = value as Response
      return source === undefined ? answer : await fallbackResponse(answer, source)
    } catch (error) {
      answer = this.#settings.onGiveUp === 'response' ? this.#failures.get(error) : undefined
      if (answer === undefined) throw error
      return answer
    } finally {
      this.#isOver = true
      for (const response of this.#answers) if (response !== answer) this.#discard(response)
    }
  }

  async #attempt(context: CallContext): Promise<Response> {
    this.#dropFailures()
    const signal = new AttemptSignal(context.signal, this.#request.signal)
    let streaming: Response | undefined
    try {
      const response = await this.#settings.send(...this.#request.attempt(signal.signal))
      this.#answers.add(response)
      if (this.#settings.covers === 'headers') streaming = response
      else if (!(await readClone(response, this.#settings.bodyMaxBytes))) streaming = response
      // The policies went on without this attempt, so nobody else will see to its answer.
      if (this.#isOver || context.signal.aborted) {
        this.#discard(response)
        throw abortReason(context.signal)
      }
      if (this.#settings.isFailure(response.status)) throw this.#fail(response)
      return response
    } finally {
      signal.answered(streaming)
    }
  }

  #fail(response: Response): Error {
    const error = statusFailure(this.#request, {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      atWallMs: this.#settings.clock.wallTime(),
    })
    this.#failures.set(error, response)
    return error
  }

  /** A further attempt is made: the answers of failed ones are of no more use. */
  #dropFailures(): void {
    for (const response of this.#failures.values()) this.#discard(response)
    this.#failures.clear()
  }

  #discard(response: Response): void {
    discardBody(response, this.#settings.clock)
  }
}

/** Lets the whole body come; it stays readable, from memory. False for a larger one, which streams on. */
async function readClone(response: Response, maxBytes: number): Promise<boolean> {
  const { body } = response.clone()
  return body === null || readUpTo(body.getReader(), maxBytes)
}
