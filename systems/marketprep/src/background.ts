import { BoundedQueue } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'

interface Task {
  readonly name: string
  readonly work: (signal: AbortSignal) => Promise<unknown>
}

/**
 * Work that follows a request without holding it up, one after the other. What does not fit in the queue is dropped and
 * logged: everything here is also done by the next scheduled run.
 */
export class Background {
  readonly #logger: Logger
  readonly #queue: BoundedQueue<Task>
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(logger: Logger, capacity = 200) {
    this.#logger = logger
    this.#queue = new BoundedQueue(capacity, 'background work')
  }

  add(name: string, work: Task['work']): void {
    if (this.#stopping.signal.aborted || !this.#queue.offer({ name, work })) {
      this.#logger.warn(
        { event: 'background', task: name },
        'Background work was dropped: no place in the queue',
      )
      return
    }
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined
    })
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
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      try {
        await task.work(this.#stopping.signal)
      } catch (error) {
        this.#logger.error({ event: 'background', task: task.name, error }, 'Background work failed')
      }
    }
  }
}
