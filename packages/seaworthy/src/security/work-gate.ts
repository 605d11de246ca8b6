import { BoundedQueue } from 'seaworthy/core'

interface Waiter {
  readonly enter: () => void
}

/** Lets a fixed number of tasks run at the same time; a bounded number of others wait, first come first served. */
export class WorkGate {
  readonly #concurrency: number
  readonly #waiting: BoundedQueue<Waiter>
  #running = 0

  constructor(concurrency: number, queue: number, name: string) {
    this.#concurrency = concurrency
    this.#waiting = new BoundedQueue<Waiter>(queue, name)
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Runs the task when there is room. Undefined at once when not even a place to wait is left. */
  run<T>(task: () => Promise<T>): Promise<T> | undefined {
    if (this.#running < this.#concurrency) {
      this.#running++
      return this.#finish(task)
    }
    if (this.#waiting.isFull) return undefined
    return new Promise<void>((resolve) => this.#waiting.push({ enter: resolve })).then(() =>
      this.#finish(task),
    )
  }

  async #finish<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      // The slot passes straight to the next, so that nobody who comes in between can take it.
      if (next === undefined) this.#running--
      else next.enter()
    }
  }
}
