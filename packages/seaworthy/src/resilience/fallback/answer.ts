import type { CoarseClock } from 'seaworthy/core'
import type { DatedValue } from './fallback-step.ts'

/**
 * A value that tells where it comes from. It is written to JSON with all that it tells, and a copy by `...` or
 * `structuredClone` has all of it but `asOf`, which follows from `asOfMs`.
 */
export interface Answer<T, Source extends string = string> {
  readonly value: T
  readonly source: 'live' | Source
  /** The moment for which the value holds, by the wall clock. */
  readonly asOf: Date
  /** The same in milliseconds since 1970. */
  readonly asOfMs: number
  /** Milliseconds from that moment to the answer, measured on the monotonic clock where possible; 0 when made now. */
  readonly ageMs: number
  /** Why the answer is not live. */
  readonly error?: unknown
  /** The errors of the fallbacks that were asked before and failed; undefined when none did. */
  readonly causes?: readonly unknown[] | undefined
}

/** An answer as JSON has it. */
interface WrittenAnswer {
  readonly value: unknown
  readonly source: string
  readonly asOf: Date
  readonly ageMs: number
  readonly error?: unknown
  readonly causes?: readonly unknown[]
}

/** The answer of a call that succeeded: the one object that a fallback costs then. */
export class LiveAnswer<T> implements Answer<T, never> {
  readonly value: T
  readonly source = 'live'
  readonly asOfMs: number
  readonly ageMs = 0

  constructor(value: T, asOfMs: number) {
    this.value = value
    this.asOfMs = asOfMs
  }

  get asOf(): Date {
    return new Date(this.asOfMs)
  }

  toJSON(): WrittenAnswer {
    const { value, source, asOf, ageMs } = this
    return { value, source, asOf, ageMs }
  }
}

/** A value that was received just now. */
export function liveAnswer<T>(value: T, coarse: CoarseClock): LiveAnswer<T> {
  return new LiveAnswer(value, coarse.isCopy ? coarse.moment.wallMs : coarse.wallTime())
}

// A promise looks for `then` in what it is resolved with; finding at once that there is none saves it a longer search.
// oxlint-disable-next-line unicorn/no-thenable -- it says that there is none
Object.defineProperty(LiveAnswer.prototype, 'then', { value: undefined })

/** The answer of a fallback. */
export class FallbackAnswer<T, Source extends string> implements Answer<T, Source> {
  readonly value: T
  readonly source: Source
  readonly asOfMs: number
  readonly ageMs: number
  readonly error: unknown
  readonly causes: readonly unknown[] | undefined

  constructor(
    source: Source,
    found: DatedValue<T>,
    why: { readonly error: unknown; readonly causes: readonly unknown[] | undefined },
  ) {
    this.value = found.value
    this.source = source
    this.asOfMs = found.asOf.getTime()
    this.ageMs = found.ageMs
    this.error = why.error
    this.causes = why.causes
  }

  get asOf(): Date {
    return new Date(this.asOfMs)
  }

  toJSON(): WrittenAnswer {
    const { value, source, asOf, ageMs, error, causes } = this
    return { value, source, asOf, ageMs, error, ...(causes !== undefined && { causes }) }
  }
}
