import { AsyncResource } from 'node:async_hooks'
import type { CallScope, Ending } from './call-scope.ts'
import type { Line } from './line.ts'
import type { Stray, Strays } from './stray.ts'

/** How a call answers, and what it is. */
export interface Form {
  /** The stages that it goes through. */
  readonly line: Line
  /** Whether it answers with a `CallOutcome` and never rejects. */
  readonly isOutcome: boolean
  /** Which attempt it is, from 1. */
  readonly attempt: number
  /** The scope of another call that it is inside of. */
  readonly around: CallScope | undefined
}

/** What few calls ever need. */
export interface Rarities {
  /** Set when the call went on without this flight, whose work could not be stopped. */
  stray: Stray | undefined
  /** All work of the call that was given up while it went on. */
  strays: Strays | undefined
  ending: Ending | undefined
  /** An abort that came in a step in which the call was not at rest. */
  lateAbort: { readonly reason: unknown } | undefined
}

export function noRarities(): Rarities {
  return { stray: undefined, strays: undefined, ending: undefined, lateAbort: undefined }
}

/**
 * Runs code of the caller's in the async context of now. With the trigger given, as here that of the process, making one
 * costs a third.
 */
export function createScope(): AsyncResource {
  return new AsyncResource('SeaworthyCall', 1)
}
