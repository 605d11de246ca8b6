import type { Moment } from 'seaworthy/core'

/** An outcome that says something about the dependency. */
export type CountedOutcome = 'ok' | 'failed' | 'slow'

/** One that says nothing good. */
export type BadOutcome = Exclude<CountedOutcome, 'ok'>

export interface WindowCounts {
  /** Calls in the window, failed and slow ones included. */
  readonly calls: number
  readonly failed: number
  readonly slow: number
}

/** What a window holds, as data that outlives the process. */
export type WindowRecord =
  | { readonly kind: 'consecutive'; readonly failed: number; readonly slow: number }
  | {
      readonly kind: 'count'
      /** One letter for each outcome, oldest first: `o` ok, `f` failed, `s` slow. */
      readonly outcomes: string
    }
  | { readonly kind: 'time'; readonly buckets: readonly BucketRecord[] }

/** The calls of one step of time. */
export interface BucketRecord extends WindowCounts {
  /** The middle of the step, in milliseconds; of the wall clock, when it outlives the process. */
  readonly atMs: number
}

/** Something that tells the time, to be asked only by windows that need it. */
export interface Now {
  now(): number
  /** Set where {@link moment} is the present time as far as anybody is to know; see `CoarseClock`. */
  readonly isCopy?: boolean
  readonly moment?: Moment
}

/** What a closed breaker remembers of the calls so far, and when that is too bad to go on. */
export interface OutcomeWindow {
  /** Enters a call that went well. True when there is too much that did not. */
  recordOk(clock: Now): boolean
  /** Enters one that did not. True when that is too much. */
  recordBad(outcome: BadOutcome, clock: Now): boolean
  counts(clock: Now): WindowCounts
  clear(): void
  save(): WindowRecord
  /**
   * Takes over what another window held, as far as both count alike and it fits in here.
   *
   * @param nowMs nothing is entered for later than this
   */
  load(record: WindowRecord, nowMs: number): void
}
