import type { GuardedWork } from './work.ts'

/** What work is guarded with. `five` is fallback, retry, breaker on a time window, bulkhead and timeout, outermost first. */
export type GuardKind =
  | 'five'
  | 'breaker'
  | 'retry'
  | 'timeout'
  | 'bulkhead'
  | 'fallback'
  | 'rateLimit'
  | 'hedge'
  | 'adaptiveLimit'

/** What differs from row to row; all else is the same for all contenders and is told in the README. */
export interface GuardSettings {
  /** Calls that the bulkhead lets in at once. */
  readonly slots: number
  readonly timeoutMs: number
  /** Calls that the rate limit lets in each second. */
  readonly rate: number
  /** The breaker does not open and the retry does not repeat, so that a failing call is one attempt. */
  readonly isTolerant: boolean
}

/** Work behind policies. Every form runs the work that the guard was made for. */
export interface Guarded {
  readonly call: () => Promise<unknown>
  /** Does not reject: answers with what came of the call, for contenders that can. */
  readonly outcome?: () => unknown
  /** With the signal of whoever calls, for contenders that take one. */
  readonly callWith?: (signal: AbortSignal) => Promise<unknown>
  /** The value in the result of a call, for contenders that answer with more than it. */
  readonly unwrap?: (result: unknown) => unknown
  /** Lets go of timers that would keep the process alive. */
  readonly close?: () => void
}

export type Guard = (work: GuardedWork, settings: GuardSettings) => Guarded | Promise<Guarded>

/** A breaker for each key. */
export interface Keyed {
  readonly call: (key: string) => Promise<unknown>
  /** Lets go of timers that would keep the process busy. */
  readonly close?: () => void
}

/** @param keysMax how many keys are kept, for those that have a limit */
export type KeyedGuard = (work: GuardedWork, keysMax: number) => Keyed | Promise<Keyed>

/** A solution that is measured. What it lacks is not there, and then it is not in the row. */
export interface Contender {
  readonly name: string
  readonly version: string
  readonly guards: Readonly<Partial<Record<GuardKind, Guard>>>
  /** Breakers by key that are a part of the solution. */
  readonly keyed?: KeyedGuard
  /** What one does without them: a `Map` of breakers that only grows. */
  readonly mapped?: KeyedGuard
}

/** What a guard has when its row says nothing else: no rate limit refuses while it is measured. */
export const usualSettings: GuardSettings = {
  slots: 100,
  timeoutMs: 1_000,
  rate: 1_000_000_000,
  isTolerant: false,
}
