import type { Dispatcher } from 'undici'

type Handler = Dispatcher.DispatchHandler

/** One request as undici would make it, answered step by step. Steps that undici would not make now do nothing. */
export class FakeConnection implements Dispatcher.DispatchController {
  readonly id: number
  readonly sent: string[] = []
  aborted = false
  paused = false
  reason: Error | null = null
  readonly #handler: Handler
  #state: 'queued' | 'sent' | 'answering' | 'over' = 'queued'

  constructor(id: number, handler: Handler) {
    this.id = id
    this.#handler = handler
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  request(): void {
    if (this.#state !== 'queued') return
    this.#state = 'sent'
    this.#handler.onRequestStart?.(this, null)
  }

  answer(status: number, headers: Readonly<Record<string, string | string[]>> = {}): void {
    this.request()
    if (this.#state !== 'sent') return
    if (status >= 200) this.#state = 'answering'
    this.#guarded(() => this.#handler.onResponseStart?.(this, status, { ...headers }, 'as told'))
  }

  data(): void {
    if (!this.paused) this.flood()
  }

  /** Data that comes in spite of a pause, as when the other side has hung up. */
  flood(): void {
    if (this.#state !== 'answering') return
    const piece = `${this.id}.${this.sent.length} `
    this.sent.push(piece)
    this.#guarded(() => this.#handler.onResponseData?.(this, Buffer.from(piece)))
  }

  end(): void {
    if (!this.paused) this.hangUp()
  }

  /** An end that comes in spite of a pause. */
  hangUp(): void {
    if (this.#state !== 'answering') return
    this.#state = 'over'
    this.#handler.onResponseEnd?.(this, {})
  }

  fail(error: Error): void {
    if (this.#state === 'over') return
    this.request()
    if (this.isOver) return
    this.#state = 'over'
    this.#handler.onResponseError?.(this, error)
  }

  abort(reason: Error): void {
    if (this.aborted || this.#state === 'over') return
    this.aborted = true
    this.reason = reason
    this.#state = 'over'
    this.#handler.onResponseError?.(this, reason)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  #guarded(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.abort(error as Error)
    }
  }
}

type HandlerState = 'new' | 'started' | 'answered' | 'over'

/** What undici may tell a handler, checked while it is told. */
export class StrictHandler implements Handler {
  readonly told: string[] = []
  readonly data: string[] = []
  readonly violations: string[] = []
  controller: Dispatcher.DispatchController | undefined
  error: Error | undefined
  /** Whether it gave up before it was told the end. */
  wasAborted = false
  readonly #pauseEvery: number
  #state: HandlerState = 'new'

  /** @param pauseEvery after so many pieces it pauses; 0 for never */
  constructor(pauseEvery: number) {
    this.#pauseEvery = pauseEvery
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  abort(reason: Error): void {
    if (this.#state !== 'over') this.wasAborted = true
    this.controller?.abort(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#go(['new'], 'started')
    this.controller = controller
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.#same(controller)
    this.#go(['started'], status < 200 ? 'started' : 'answered')
    this.told.push(`status ${status}`)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#same(controller)
    this.#go(['answered'], 'answered')
    if (controller.paused) this.violations.push('data came although the handler had paused')
    this.data.push(chunk.toString())
    if (this.#pauseEvery > 0 && this.data.length % this.#pauseEvery === 0) controller.pause()
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    this.#same(controller)
    this.#go(['answered'], 'over')
    this.told.push('end')
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#same(controller)
    this.#go(['started', 'answered'], 'over')
    this.told.push('error')
    this.error = error
  }

  #same(controller: Dispatcher.DispatchController): void {
    if (controller !== this.controller) this.violations.push('the controller changed')
  }

  #go(from: readonly string[], to: HandlerState): void {
    if (!from.includes(this.#state)) this.violations.push(`told ${to} while ${this.#state}`)
    this.#state = to
  }
}
