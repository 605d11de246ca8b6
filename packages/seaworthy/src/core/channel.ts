import { channel as nodeChannel, type Channel as NodeChannel } from 'node:diagnostics_channel'
import { listenerWarnings } from './listener-warnings.ts'

/**
 * A named, typed stream of messages on `node:diagnostics_channel`. Publishing where nobody listens costs one property
 * read, so every library here publishes and none imports telemetry.
 */
export interface Channel<Message extends object> {
  readonly name: string
  /** Whether somebody listens. Check it before building a message that costs something. */
  readonly hasSubscribers: boolean
  /** Hands the message to the listeners. A listener that throws changes nothing for the publisher. */
  publish(message: Message): void
  /** Listens. The returned function, also a disposable, stops. */
  subscribe(listener: (message: Message) => void): (() => void) & Disposable
}

/** Declares a channel. The name is `seaworthy.<area>.<event>`. */
export function defineChannel<Message extends object>(name: `seaworthy.${string}`): Channel<Message> {
  return Object.freeze(new PublishedChannel<Message>(name))
}

/** A class, because a getter on an object of its own costs several nanoseconds a read. */
class PublishedChannel<Message extends object> implements Channel<Message> {
  readonly name: string
  readonly #inner: NodeChannel

  constructor(name: string) {
    this.name = name
    this.#inner = nodeChannel(name)
  }

  get hasSubscribers(): boolean {
    return this.#inner.hasSubscribers
  }

  publish(message: Message): void {
    if (this.#inner.hasSubscribers) this.#inner.publish(message)
  }

  subscribe(listener: (message: Message) => void): (() => void) & Disposable {
    const inner = this.#inner
    const guarded = (message: unknown): void => isolate(() => listener(message as Message))
    inner.subscribe(guarded)
    const stop = (): void => {
      inner.unsubscribe(guarded)
    }
    return Object.assign(stop, { [Symbol.dispose]: stop })
  }
}

/**
 * Runs a foreign callback so that its fault cannot become the caller's. The fault is reported as a process warning named
 * `SeaworthyListenerWarning`: each message once a minute, at most 20 different ones, with how many were not shown.
 */
export function isolate(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    listenerWarnings.report(error)
  }
}
