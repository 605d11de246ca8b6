import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers'
import { median } from '../median.ts'
import type { Call, CallLoop } from './call-loops.ts'
import { collectYoung } from './garbage.ts'

export interface MeasureBytesOptions {
  readonly loop: CallLoop
  /** Calls that optimise the subject before it is measured. */
  readonly warmUpCalls: number
  readonly samples: number
}

const callsMax = 512

/**
 * Bytes that a call allocates: what the used heap grows by over a batch of calls during which nothing is collected. The
 * counter moves with every object, also in optimised code. A batch in which a collection ran is left out, and when none is
 * without one the batch is halved.
 */
export async function measureBytes(call: Call, options: MeasureBytesOptions): Promise<number> {
  const { loop, warmUpCalls, samples } = options
  await loop(call, warmUpCalls)
  const collections = new CollectionCounter()
  try {
    for (let calls = callsMax; calls >= 1; calls /= 2) {
      const grown: number[] = []
      for (let sample = 0; sample < samples; sample++) {
        const bytes = await growth(() => loop(call, calls), collections)
        if (bytes !== undefined) grown.push(bytes / calls)
      }
      if (grown.length > samples / 2) return median(grown)
    }
    return Number.NaN
  } finally {
    collections.stop()
  }
}

/** Undefined when a collection ran in between. */
async function growth(run: () => Promise<void>, collections: CollectionCounter): Promise<number | undefined> {
  collectYoung()
  await collections.reported()
  const collected = collections.count
  const before = process.memoryUsage().heapUsed
  await run()
  const bytes = process.memoryUsage().heapUsed - before
  await collections.reported()
  return collections.count === collected ? bytes : undefined
}

/** Counts the collections of the heap, which Node reports some turns of the event loop later. */
class CollectionCounter {
  readonly #observer: PerformanceObserver
  count = 0

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      this.count += list.getEntries().length
    })
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  async reported(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  stop(): void {
    this.#observer.disconnect()
  }
}
