import { isolate, onAbort, orAbort, type Timer } from 'seaworthy/core'
import { InFlight, type PendingCall } from './in-flight.ts'
import { LinkErrors } from './link-errors.ts'
import type { ResolvedLinkOptions } from './link-options.ts'
import { initialLinkState, nextLinkState, type LinkEvent, type LinkState } from './link-state.ts'
import type { RedisLink } from './redis-link.ts'
import { isPassing, replyCode } from './reply-code.ts'
import type { Script } from './script.ts'
import type { OpenWire, RedisWire } from './wire.ts'

/** How long an answer that is overdue is looked for once more, at least. */
const secondLookMs = 5

/** Shows that the server runs scripts, which is all that is asked of it. */
const probe = 'return 1'

/** Starts connecting, and returns without waiting for it. */
export function openLink(options: ResolvedLinkOptions, openWire: OpenWire): RedisLink {
  return new Link(options, openWire)
}

type Subscriber = (message: string) => void

class Link implements RedisLink {
  readonly #options: ResolvedLinkOptions
  readonly #openWire: OpenWire
  readonly #errors: LinkErrors
  readonly #inFlight: InFlight
  readonly #channels = new Map<string, Set<Subscriber>>()
  readonly #listeners = new Set<(state: LinkState) => void>()
  #state: LinkState
  /** Ends the connection that is there or under way. */
  #connection: AbortController | undefined
  #wire: RedisWire | undefined
  #retry: Timer | undefined
  #deadline: Timer | undefined
  #closed: Promise<void> | undefined

  constructor(options: ResolvedLinkOptions, openWire: OpenWire) {
    this.#options = options
    this.#openWire = openWire
    this.#errors = new LinkErrors(options)
    this.#inFlight = new InFlight(options.inFlightMax)
    this.#state = initialLinkState(this.#now())
    this.#connect()
  }

  get state(): LinkState {
    return this.#state
  }

  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const wire = this.#wire
    if (this.#closed !== undefined) return Promise.reject(this.#errors.closed())
    if (wire === undefined) return Promise.reject(this.#errors.unavailable(this.#state))
    if (this.#inFlight.isFull) return Promise.reject(this.#errors.overloaded())
    return new Promise((resolve, reject) => {
      const call: PendingCall = { sentAtMs: this.#now(), reject }
      this.#inFlight.add(call)
      this.#watch()
      evaluate(wire, script, { keys: [...keys], args: args.map(String) }).then(
        (reply) => {
          if (!this.#inFlight.settle(call)) return
          this.#move('answered')
          resolve(reply)
        },
        (error: unknown) => {
          if (this.#inFlight.settle(call)) reject(this.#failed(error, script))
        },
      )
    })
  }

  subscribe(channel: string, listener: Subscriber): () => void {
    const known = this.#channels.get(channel)
    const listeners = known ?? new Set<Subscriber>()
    this.#channels.set(channel, listeners.add(listener))
    if (known === undefined && this.#wire !== undefined) {
      this.#listen(this.#wire, channel).catch((error: unknown) => this.#fail(error))
    }
    return () => void listeners.delete(listener)
  }

  onChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  ready(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (state: LinkState): void => {
        if (state.kind !== 'ready' && state.kind !== 'closed') return
        stopWatching()
        stopListening()
        if (state.kind === 'ready') resolve()
        else reject(this.#errors.closed())
      }
      const stopWatching = this.onChange(settle)
      const stopListening = onAbort(signal, (reason) => {
        stopWatching()
        reject(reason)
      })
      settle(this.#state)
    })
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await this.#inFlight.whenEmpty()
    this.#retry?.cancel()
    this.#deadline?.cancel()
    this.#move('close')
    this.#disconnect(this.#errors.closed())
    this.#channels.clear()
    this.#listeners.clear()
  }

  #connect(): void {
    const connection = new AbortController()
    this.#connection = connection
    const { connectTimeout, runtime } = this.#options
    const late = runtime.clock.schedule(connectTimeout, () => {
      connection.abort(new Error(`no connection within ${connectTimeout} ms`))
    })
    this.#open(connection).then(
      (wire) => {
        late.cancel()
        if (connection.signal.aborted) return
        this.#wire = wire
        this.#move('opened')
      },
      (error: unknown) => {
        late.cancel()
        this.#fail(error)
      },
    )
  }

  async #open(connection: AbortController): Promise<RedisWire> {
    const { signal } = connection
    const onLost = (cause: unknown): void => {
      if (this.#connection !== connection) return
      if (this.#wire !== undefined) this.#fail(cause)
      else connection.abort(cause)
    }
    const wire = await orAbort(this.#openWire({ signal, onLost }), signal)
    await orAbort(wire.eval(probe, [], []), signal)
    const channels = [...this.#channels.keys()]
    await orAbort(Promise.all(channels.map((channel) => this.#listen(wire, channel))), signal)
    return wire
  }

  #listen(wire: RedisWire, channel: string): Promise<unknown> {
    return wire.subscribe(channel, (message) => {
      for (const listener of this.#channels.get(channel) ?? []) isolate(() => listener(message))
    })
  }

  /** Gives the connection up, there or under way, and all who wait for its answers. */
  #fail(cause: unknown, error?: unknown): void {
    if (this.#state.kind === 'closed' || this.#state.kind === 'away') return
    const { clock, random } = this.#options.runtime
    this.#disconnect(cause)
    const nowMs = clock.now()
    const state = this.#transition({ type: 'failed', nowMs, cause, jitter: random.next() })
    if (state.kind === 'away') this.#retry = clock.schedule(state.untilMs - nowMs, () => this.#due())
    this.#inFlight.rejectAll(error ?? this.#errors.lost(state))
  }

  #disconnect(reason: unknown): void {
    const connection = this.#connection
    // First, so that the end of the connection is no news.
    this.#connection = undefined
    this.#wire = undefined
    connection?.abort(reason)
  }

  #due(): void {
    if (this.#move('due').kind === 'connecting') this.#connect()
  }

  #move(type: 'opened' | 'answered' | 'due' | 'close'): LinkState {
    return this.#transition({ type, nowMs: this.#now() })
  }

  #transition(event: LinkEvent): LinkState {
    const { reconnectMin: reconnectMinMs, reconnectMax: reconnectMaxMs } = this.#options
    const state = nextLinkState(this.#state, event, { reconnectMinMs, reconnectMaxMs })
    const isNews = state.kind !== this.#state.kind
    this.#state = state
    if (isNews) for (const listener of this.#listeners) isolate(() => listener(state))
    return state
  }

  /** One timer for all that is under way: it waits for the oldest, and is set again only when it rings. */
  #watch(): void {
    const { oldest } = this.#inFlight
    if (this.#deadline !== undefined || oldest === undefined) return
    const { commandTimeout, runtime } = this.#options
    const dueAtMs = oldest.sentAtMs + commandTimeout
    this.#deadline = runtime.clock.schedule(dueAtMs - this.#now(), () => {
      // An event loop that was held up has not sent the command, or not read the answer, for as long: that is not Redis'
      // time. Even one in time runs its timers before it reads its sockets.
      const heldUpMs = Math.min(this.#now() - dueAtMs, commandTimeout)
      const graceMs = Math.max(secondLookMs, heldUpMs)
      this.#deadline = runtime.clock.schedule(graceMs, () => this.#onDeadline(oldest))
    })
  }

  #onDeadline(watched: PendingCall): void {
    this.#deadline = undefined
    if (this.#inFlight.oldest !== watched) return this.#watch()
    const error = this.#errors.timedOut()
    this.#fail(error, error)
  }

  /** What a command that failed rejects with. An error that says that nothing can be served costs the connection. */
  #failed(error: unknown, script: Script): Error {
    const code = replyCode(error)
    if (code !== undefined && !isPassing(code)) return this.#errors.refused(script, error)
    this.#fail(error)
    return code === undefined ? this.#errors.lost(this.#state) : this.#errors.unavailable(this.#state)
  }

  #now(): number {
    return this.#options.runtime.clock.now()
  }
}

interface Arguments {
  readonly keys: string[]
  readonly args: string[]
}

async function evaluate(wire: RedisWire, script: Script, { keys, args }: Arguments): Promise<unknown> {
  try {
    return await wire.evalSha(script.sha1, keys, args)
  } catch (error) {
    if (replyCode(error) !== 'NOSCRIPT') throw error
    return await wire.eval(script.source, keys, args)
  }
}
