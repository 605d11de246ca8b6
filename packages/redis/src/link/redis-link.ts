import type { LinkState } from './link-state.ts'
import type { Script } from './script.ts'

/**
 * A connection to Redis that never holds up its users. A command is answered, or fails within `commandTimeout`; after a
 * failure commands fail at once, until a connection made in the background has succeeded. Nothing is queued for later. A
 * connection keeps the process alive until {@link close}; the waits between attempts, while Redis is away, do not.
 */
export interface RedisLink extends AsyncDisposable {
  /** What holds now. */
  readonly state: LinkState
  /**
   * Runs a script, and hands its source over when the server does not know it.
   *
   * Rejects with ERR_REDIS_UNAVAILABLE, ERR_REDIS_OVERLOADED, ERR_REDIS_CLOSED or ERR_REDIS_REFUSED when it did not run,
   * and with ERR_REDIS_TIMEOUT or ERR_REDIS_LOST when it may have run.
   */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>
  /**
   * Listens to a channel, over all reconnections; what is published while there is none is missed. The listener is
   * isolated. The returned function stops.
   */
  subscribe(channel: string, listener: (message: string) => void): () => void
  /** Calls back, isolated, after each change of {@link state}. The returned function stops. */
  onChange(listener: (state: LinkState) => void): () => void
  /**
   * Resolves when Redis is there, however long that takes. Rejects with the reason of the signal, or with ERR_REDIS_CLOSED.
   * A service need not wait for it: it works without Redis, and a limit waits for the first connection by itself.
   */
  ready(signal?: AbortSignal): Promise<void>
  /**
   * Takes no more commands, waits for the answers of those under way, at most `commandTimeout`, and disconnects. The
   * process may end then.
   */
  close(): Promise<void>
}
