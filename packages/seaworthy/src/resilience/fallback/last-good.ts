import {
  callable,
  defineOptions,
  duration,
  integer,
  optional,
  type Clock,
  type Duration,
} from 'seaworthy/core'
import type { AtLeast, FallbackSource, FallbackStep } from './fallback-step.ts'
import { LruMap } from '../keyed/lru-map.ts'

export interface LastGoodOptions<Args extends readonly unknown[]> {
  /** How old a remembered value may be, up to 365 days. Default one day. */
  readonly maxAge?: Duration
  /** How many values are remembered, from 1 to 1,000,000; beyond that the least recently used goes. Default 1,000. */
  readonly entries?: number
  /** What tells calls apart. Default: the arguments as JSON; arguments that JSON cannot write are not remembered. */
  readonly key?: (...args: Args) => string
}

export const lastGoodDefaults = { maxAge: '1d', entries: 1_000 } as const

const resolveLastGoodOptions = defineOptions('last-good fallback', lastGoodDefaults, {
  maxAge: duration('1ms', '365d'),
  entries: integer(1, 1_000_000),
  key: optional(callable<(...args: never[]) => string>()),
})

/**
 * Answers with the newest live value of the same arguments. The value is handed out as it was received: treat it as read
 * only.
 */
export function lastGood<Args extends readonly unknown[] = readonly unknown[]>(
  options: LastGoodOptions<Args> = {},
): FallbackStep<AtLeast<Args>, never, 'last-good'> {
  const { maxAge, entries } = resolveLastGoodOptions(options)
  // What the call has beyond the arguments of an own key is handed over too, as JavaScript does.
  const key = (options.key ?? jsonKey) as (...args: readonly unknown[]) => string | undefined
  return Object.freeze({
    source: 'last-good',
    start: (clock: Clock) => new Memory({ maxAgeMs: maxAge, entries, key }, clock),
  })
}

interface Remembered {
  readonly value: unknown
  readonly atMs: number
  readonly asOf: Date
}

class Memory implements FallbackSource<readonly unknown[], never> {
  readonly #maxAgeMs: number
  readonly #key: (...args: readonly unknown[]) => string | undefined
  readonly #clock: Clock
  readonly #values: LruMap<Remembered>

  constructor(
    options: {
      readonly maxAgeMs: number
      readonly entries: number
      readonly key: (...args: readonly unknown[]) => string | undefined
    },
    clock: Clock,
  ) {
    this.#maxAgeMs = options.maxAgeMs
    this.#key = options.key
    this.#clock = clock
    this.#values = new LruMap(options.entries)
  }

  find(args: readonly unknown[]): { value: never; asOf: Date; ageMs: number } | undefined {
    const key = this.#key(...args)
    if (key === undefined) return undefined
    const found = this.#values.get(key)
    if (found === undefined) return undefined
    const ageMs = this.#clock.now() - found.atMs
    if (ageMs > this.#maxAgeMs) {
      this.#values.delete(key)
      return undefined
    }
    // Only live values are remembered, so it is of the live call's type and adds none of its own.
    return { value: found.value as never, asOf: found.asOf, ageMs }
  }

  remember(args: readonly unknown[], value: unknown): void {
    const key = this.#key(...args)
    if (key === undefined) return
    const asOf = new Date(this.#clock.wallTime())
    this.#values.set(key, { value, atMs: this.#clock.now(), asOf })
  }
}

function jsonKey(...args: readonly unknown[]): string | undefined {
  try {
    return JSON.stringify(args)
  } catch {
    return undefined
  }
}
