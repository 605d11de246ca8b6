import {
  callable,
  coarseClockOf,
  defineOptions,
  duration,
  integer,
  optional,
  type Clock,
  type CoarseClock,
  type Duration,
} from 'seaworthy/core'
import { argumentsKey, keyLengthMax } from './arguments-key.ts'
import type { AtLeast, DatedValue, FallbackSource, FallbackStep } from './fallback-step.ts'
import { LruMap } from '../keyed/lru-map.ts'

export interface LastGoodOptions<Args extends readonly unknown[]> {
  /** How old a remembered value may be, up to 365 days. Default one day. */
  readonly maxAge?: Duration
  /** How many values are remembered, from 1 to 1,000,000; beyond that the least recently used goes. Default 1,000. */
  readonly entries?: number
  /**
   * What tells calls apart, up to 8,192 characters; a call with a longer one is not remembered. Default: the arguments; a
   * call is not remembered when one of them cannot be told from others by what JSON writes of it, such as a `Map`.
   */
  readonly key?: (...args: Args) => string
}

export const lastGoodDefaults = { maxAge: '1d', entries: 1_000 } as const

const resolveLastGoodOptions = defineOptions('last-good fallback', lastGoodDefaults, {
  maxAge: duration('1ms', '365d'),
  entries: integer(1, 1_000_000),
  key: optional(callable<(...args: never[]) => string>()),
})

type Key = (...args: readonly unknown[]) => string

/**
 * Answers with the newest live value of the same arguments. The value is handed out as it was received: treat it as read
 * only.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function lastGood<Args extends readonly unknown[] = readonly unknown[]>(
  options: LastGoodOptions<Args> = {},
): FallbackStep<AtLeast<Args>, never, 'last-good'> {
  const { maxAge, entries } = resolveLastGoodOptions(options)
  // What the call has beyond the arguments of an own key is handed over too, as JavaScript does.
  const key = options.key as Key | undefined
  return Object.freeze({
    source: 'last-good',
    start: (clock: Clock) => new Memory({ maxAgeMs: maxAge, entries, key }, coarseClockOf(clock)),
  })
}

interface Remembered {
  readonly value: unknown
  readonly atMs: number
  readonly asOfMs: number
}

class Memory implements FallbackSource<readonly unknown[], never> {
  readonly isInert: boolean
  readonly #maxAgeMs: number
  readonly #key: Key | undefined
  readonly #clock: CoarseClock
  readonly #values: LruMap<Remembered>

  constructor(
    options: { readonly maxAgeMs: number; readonly entries: number; readonly key: Key | undefined },
    clock: CoarseClock,
  ) {
    this.isInert = options.key === undefined
    this.#maxAgeMs = options.maxAgeMs
    this.#key = options.key
    this.#clock = clock
    this.#values = new LruMap(options.entries)
  }

  find(args: readonly unknown[]): DatedValue<never> | undefined {
    const key = this.#keyOf(args)
    if (key === undefined) return undefined
    const found = this.#values.get(key)
    if (found === undefined) return undefined
    const ageMs = this.#clock.now() - found.atMs
    if (ageMs > this.#maxAgeMs) {
      this.#values.delete(key)
      return undefined
    }
    // Only live values are remembered, so it is of the live call's type and adds none of its own.
    return { value: found.value as never, asOf: new Date(found.asOfMs), ageMs }
  }

  remember(args: readonly unknown[], value: unknown): void {
    const key = this.#keyOf(args)
    if (key === undefined) return
    this.#values.set(key, { value, atMs: this.#clock.now(), asOfMs: this.#clock.wallTime() })
  }

  #keyOf(args: readonly unknown[]): string | undefined {
    if (this.#key === undefined) return argumentsKey(args)
    const key = this.#key(...args)
    return key.length > keyLengthMax ? undefined : key
  }
}
