import { isolate, sleep, type Clock } from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'

/** A server as its supervisor sees it. */
export interface Supervised {
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

export interface SupervisorOptions {
  /** Starts the server once more, where its callers know it. An abort gives the start up and leaves nothing running. */
  readonly restart: (signal: AbortSignal) => Promise<Supervised>
  readonly clock: Clock
  readonly log: (line: string) => void
  /** Told once when it gives up. */
  readonly onLost: (error: Error) => void
}

/** Restarts without a quiet time between them, before it gives up: after 36 s and the time of the starts. */
const restartsMax = 8
const firstDelayMs = 250
const delayMaxMs = 10_000
/** A server that was up for so long has earned all restarts again. */
const stableMs = 60_000

/** Starts a server again when it ends without being asked to. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #stopping = new AbortController()
  readonly #watching: Promise<void>
  #server: Supervised
  #restarts = 0
  #stopped: Promise<void> | undefined

  constructor(server: Supervised, options: SupervisorOptions) {
    this.#server = server
    this.#options = options
    this.#watching = this.#watch()
  }

  /** Stops the server, or the restart under way. Repeated calls return the same promise. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping.abort(new Error('the embedded database is stopped'))
    await this.#server.stop()
    await this.#watching
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stopping
    for (;;) {
      const upSince = clock.now()
      await this.#server.ended
      if (signal.aborted) return
      if (clock.now() - upSince >= stableMs) this.#restarts = 0
      await this.#server.stop()
      const next = await this.#startAgain(signal)
      if (next === undefined) return
      this.#server = next
      if (signal.aborted) return next.stop()
    }
  }

  async #startAgain(signal: AbortSignal): Promise<Supervised | undefined> {
    const { clock, log, restart, onLost } = this.#options
    const downSince = clock.now()
    let last: unknown
    while (this.#restarts < restartsMax) {
      const delayMs = Math.min(firstDelayMs * 2 ** this.#restarts, delayMaxMs)
      this.#restarts++
      try {
        await sleep(clock, delayMs, signal)
        log(`the embedded database is started again, attempt ${this.#restarts} of ${restartsMax}`)
        const server = await restart(signal)
        log(`the embedded database runs again after ${Math.round(clock.now() - downSince)} ms`)
        return server
      } catch (error) {
        if (signal.aborted) return undefined
        last = error
      }
    }
    isolate(() => onLost(givenUp(last)))
    return undefined
  }
}

function givenUp(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : 'it ended soon after each start'
  return postgresError(
    'ERR_DATABASE_START',
    `Cannot keep the embedded database running: it must stay up, and ${restartsMax} restarts failed; the last: ${reason}`,
    { cause },
  )
}
