import { BoundedQueue } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'

/** One piece of work. */
export interface BackgroundTask {
  /** What it does, for the log. */
  readonly name: string
  /** Whom it is for. The same work for the same one waits only once. */
  readonly subject: string
  readonly work: (signal: AbortSignal) => Promise<unknown>
}

/** Tasks that wait at most. */
const waitingMax = 200

/**
 * Work that follows a request without holding it up, one after the other. What does not fit in the queue is dropped and
 * logged.
 */
export class Background {
  readonly #logger: Logger
  readonly #queue: BoundedQueue<BackgroundTask>
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(logger: Logger, capacity = waitingMax) {
    this.#logger = logger
    this.#queue = new BoundedQueue(capacity, 'background work')
  }

  add(task: BackgroundTask): void {
    const { name, subject } = task
    const fields = { event: 'background', task: name, subject }
    if (this.#stopping.signal.aborted) {
      this.#logger.info(fields, 'Background work was dropped: the service stops')
      return
    }
    if ([...this.#queue].some((waiting) => waiting.name === name && waiting.subject === subject)) return
    if (!this.#queue.offer(task)) {
      this.#logger.warn(fields, 'Background work was dropped: no place in the queue')
      return
    }
    // In a later turn, so that work which adds work finds it running.
    this.#running ??= Promise.resolve().then(() => this.#drain())
  }

  /** Resolves when nothing is queued or running. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  /** Drops what waits, aborts what runs, and resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#queue.clear()
    await this.#running
  }

  async #drain(): Promise<void> {
    const { signal } = this.#stopping
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      const { name, subject, work } = task
      try {
        await work(signal)
      } catch (error) {
        if (signal.aborted) continue
        this.#logger.error({ event: 'background', task: name, subject, error }, 'Background work failed')
      }
    }
    // In the same turn as the last look at the queue, so that no task is added in between and left lying.
    this.#running = undefined
  }
}
