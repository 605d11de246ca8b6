import { isolate, type Clock } from 'seaworthy/core'
import { callContext, timeout } from 'seaworthy/resilience'
import { serviceError } from './service-errors.ts'
import type { Resource } from './service.ts'

export interface LifecycleOptions {
  readonly clock: Clock
  /** How long one resource may take to start or to stop. */
  readonly resourceLimitMs: number
}

/** Starts resources in their order and stops those that started in reverse, each within its time. */
export class Lifecycle {
  readonly #resources: readonly Resource[]
  readonly #options: LifecycleOptions
  readonly #started: Resource[] = []
  readonly #stopping = new AbortController()
  #starting: Promise<void> = Promise.resolve()

  constructor(resources: readonly Resource[], options: LifecycleOptions) {
    this.#resources = resources
    this.#options = options
  }

  /** @throws SeaworthyError ERR_START_FAILED; what had started stays so until {@link stop} */
  start(): Promise<void> {
    this.#starting = this.#startAll()
    return this.#starting
  }

  /**
   * Ends a start under way, then stops what started, last first. A resource that fails to stop, or takes too long, does
   * not keep the others; a process warning tells of it.
   */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the service is being stopped'))
    await Promise.allSettled([this.#starting])
    for (let resource = this.#started.pop(); resource !== undefined; resource = this.#started.pop()) {
      await this.#stopOne(resource)
    }
  }

  async #startAll(): Promise<void> {
    for (const resource of this.#resources) {
      try {
        this.#stopping.signal.throwIfAborted()
        await this.#startOne(resource)
      } catch (cause) {
        throw failure('ERR_START_FAILED', resource, cause)
      }
    }
  }

  async #startOne(resource: Resource): Promise<void> {
    let starting: Promise<void> | undefined
    try {
      await this.#limited(`start ${resource.name}`, (signal) => {
        starting = begin(() => resource.start?.(AbortSignal.any([signal, this.#stopping.signal])))
        return starting
      })
    } catch (error) {
      // One that comes up after its time would be left running.
      void starting?.then(
        () => this.#stopOne(resource),
        () => undefined,
      )
      throw error
    }
    this.#started.push(resource)
  }

  async #stopOne(resource: Resource): Promise<void> {
    try {
      await this.#limited(`stop ${resource.name}`, () => begin(() => resource.stop?.()))
    } catch (cause) {
      isolate(() => {
        throw failure('ERR_STOP_FAILED', resource, cause)
      })
    }
  }

  #limited(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { clock, resourceLimitMs } = this.#options
    return timeout({ name, limit: resourceLimitMs }, { clock }).execute(
      ({ signal }) => work(signal),
      callContext(),
    )
  }
}

/** Calls what may be missing, may throw at once, or may end at once. */
async function begin(work: () => Promise<void> | undefined): Promise<void> {
  await work()
}

function failure(code: 'ERR_START_FAILED' | 'ERR_STOP_FAILED', resource: Resource, cause: unknown): Error {
  const verb = code === 'ERR_START_FAILED' ? 'start' : 'stop'
  const why = cause instanceof Error ? cause.message : String(cause)
  return serviceError(code, `Cannot ${verb} ${resource.name}: ${why}`, {
    cause,
    details: { resource: resource.name },
  })
}
