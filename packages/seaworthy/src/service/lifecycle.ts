import { isolate, type Clock } from 'seaworthy/core'
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

  constructor(resources: readonly Resource[], options: LifecycleOptions) {
    this.#resources = resources
    this.#options = options
  }

  /** @throws SeaworthyError ERR_START_FAILED after stopping what had started */
  async start(): Promise<void> {
    for (const resource of this.#resources) {
      try {
        await this.#startOne(resource)
        this.#started.push(resource)
      } catch (cause) {
        await this.stop()
        const why = cause instanceof Error ? cause.message : String(cause)
        throw serviceError('ERR_START_FAILED', `Cannot start ${resource.name}: ${why}`, {
          cause,
          details: { resource: resource.name },
        })
      }
    }
  }

  /** Stops what started, last first. A resource that fails to stop, or takes too long, does not keep the others. */
  async stop(): Promise<void> {
    for (let resource = this.#started.pop(); resource !== undefined; resource = this.#started.pop()) {
      const name = resource.name
      try {
        await this.#limited(`stop ${name}`, async () => await resource?.stop?.())
      } catch (error) {
        isolate(() => {
          throw error
        })
      }
    }
  }

  async #startOne(resource: Resource): Promise<void> {
    const controller = new AbortController()
    try {
      await this.#limited(`start ${resource.name}`, async () => await resource.start?.(controller.signal))
    } catch (error) {
      controller.abort(error)
      throw error
    }
  }

  #limited(doing: string, work: () => Promise<void>): Promise<void> {
    const { clock, resourceLimitMs } = this.#options
    return new Promise((resolve, reject) => {
      const timer = clock.schedule(resourceLimitMs, () => {
        reject(
          serviceError('ERR_START_FAILED', `Cannot ${doing}: must take at most ${resourceLimitMs} ms`, {
            details: { doing, limitMs: resourceLimitMs },
          }),
        )
      })
      work()
        .then(resolve, reject)
        .finally(() => timer.cancel())
    })
  }
}
