import type { Clock, Timer } from 'seaworthy/core'
import type { DependencyHandle } from './dependency-handle.ts'

/** How often to look at what changes by time alone, such as a breaker whose time is over. */
const lookEveryMs = 1_000

/**
 * Asks every dependency that has a probe whether it is there, each at its own pace and one question at a time, so that
 * a dependency nobody calls is still known, and one that comes back is used again without waiting for a caller. It also
 * looks at each once a second, so that what time alone changes is noticed.
 */
export class HealthMonitor {
  readonly #clock: Clock
  readonly #dependencies: readonly DependencyHandle[]
  readonly #timers = new Map<DependencyHandle | 'look', Timer>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #stopping = new AbortController()

  constructor(dependencies: readonly DependencyHandle[], clock: Clock) {
    this.#dependencies = dependencies
    this.#clock = clock
  }

  /** Asks all at once, and goes on asking. Resolves when every first answer is in; each has its own time limit. */
  async start(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#look()
    const asked = this.#dependencies.filter((dependency) => dependency.hasProbe)
    await Promise.all(asked.map((dependency) => this.#ask(dependency)))
  }

  /** Asks no more, cancels what is being asked, and resolves when nothing runs any longer. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
    await Promise.allSettled(this.#running)
  }

  #look(): void {
    for (const dependency of this.#dependencies) dependency.status()
    this.#timers.set(
      'look',
      this.#clock.schedule(lookEveryMs, () => this.#look()),
    )
  }

  async #ask(dependency: DependencyHandle): Promise<void> {
    const asking = dependency.probe(this.#stopping.signal)
    this.#running.add(asking)
    await asking
    this.#running.delete(asking)
    if (this.#stopping.signal.aborted) return
    const timer = this.#clock.schedule(dependency.probeEveryMs, () => void this.#ask(dependency))
    this.#timers.set(dependency, timer)
  }
}
