import {
  defineOptions,
  duration,
  number,
  oneOf,
  refused,
  showValue,
  type Duration,
  type Random,
} from 'seaworthy/core'
import { optionConflict } from '../engine/option-conflict.ts'
import {
  decorrelatedDelayMs,
  delayMaxMs,
  exponentialDelayMs,
  jitteredMs,
  linearDelayMs,
  readDelayMs,
  type DelayLimits,
  type Jitter,
} from './delays.ts'

/** What an own backoff is told of the attempt that failed. */
export interface FailedAttempt {
  /** Its number, from 1. */
  readonly attempt: number
  /** What it failed with; undefined when its result was refused. */
  readonly error: unknown
  /** The result that was refused. */
  readonly result: unknown
  /** The delay before it, in milliseconds; 0 for the first. */
  readonly previousMs: number
}

interface Jittered<Kind extends string> {
  readonly kind: Kind
  /** Default `none`, for `exponential` `full`. */
  readonly jitter?: Jitter
}

/**
 * How delays grow. The named ones start at `baseDelay` and end at `maxDelay`: `decorrelated` jitter between the base
 * and three times the delay before, `constant`, `linear` by the base, `exponential` by a factor. An own one gives
 * each delay itself: a list or another iterable (when it ends there is no further attempt), a generator function, of
 * which each call gets a run of its own, or a function of the attempt that failed. The delays of a list are checked at once;
 * others when they come: below 0 counts as 0, above 2^31-1 ms, also Infinity, as that (about 25 days), and what is no duration,
 * also NaN, fails the call with ERR_INVALID_DURATION, whose cause is the error of the attempt.
 */
export type RetryBackoff =
  | 'decorrelated'
  | 'constant'
  | 'linear'
  | 'exponential'
  | { readonly kind: 'decorrelated' }
  | Jittered<'constant' | 'linear'>
  | (Jittered<'exponential'> & {
      /** What each delay is multiplied by, from 1 to 10. Default 2. */
      readonly factor?: number
    })
  | Iterable<Duration>
  | (() => Generator<Duration, unknown, undefined>)
  | ((failure: FailedAttempt) => Duration)

/** The delays of one call. */
export interface DelayRun {
  /** The delay before the next attempt, in milliseconds; undefined when there is none. */
  next(failure: FailedAttempt): number | undefined
  /** The call needs no further delay. */
  end(): void
}

/** A backoff, ready for calls. */
export interface Backoff {
  /** The resolved options, as plain data. */
  readonly description: Readonly<Record<string, unknown>>
  /** Whether a run must be told its end, also after a success. */
  readonly mustEnd: boolean
  begin(): DelayRun
}

const listed = duration(0, delayMaxMs)
const jitter = oneOf('none', 'full', 'equal')
const resolvers = {
  decorrelated: defineOptions('backoff', {}, { kind: oneOf('decorrelated') }),
  constant: defineOptions('backoff', { jitter: 'none' }, { kind: oneOf('constant'), jitter }),
  linear: defineOptions('backoff', { jitter: 'none' }, { kind: oneOf('linear'), jitter }),
  exponential: defineOptions(
    'backoff',
    { jitter: 'full', factor: 2 },
    { kind: oneOf('exponential'), jitter, factor: number(1, 10) },
  ),
}

type Named = Extract<RetryBackoff, { readonly kind: string }>

export const backoffAllowed =
  'one of "decorrelated", "constant", "linear", "exponential", an object with such a kind, a function, ' +
  'or an iterable that can be run through for each call (for a generator: the function that makes it)'

/** Whether a value is a backoff, as far as can be known without using it. */
export function isBackoff(value: unknown): value is RetryBackoff {
  if (typeof value === 'function') return true
  if (typeof value === 'string') return Object.hasOwn(resolvers, value)
  if (typeof value !== 'object' || value === null) return false
  if (isIterable(value)) return !isOneShot(value)
  return 'kind' in value && typeof value.kind === 'string' && Object.hasOwn(resolvers, value.kind)
}

/**
 * Makes a backoff ready.
 *
 * @param name of whose backoff it is, for messages
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveBackoff(
  backoff: RetryBackoff,
  name: string,
  given: { readonly limits: DelayLimits; readonly random: Random },
): Backoff {
  if (typeof backoff === 'function') return ownFunction(backoff)
  if (typeof backoff === 'object' && isIterable(backoff)) {
    const delays = Array.isArray(backoff) ? checkedList(backoff, name) : backoff
    return ownSequence(() => delays, 'iterable')
  }
  return computed(typeof backoff === 'string' ? { kind: backoff } : backoff, name, given)
}

function computed(
  named: Named,
  name: string,
  { limits, random }: { readonly limits: DelayLimits; readonly random: Random },
): Backoff {
  switch (named.kind) {
    case 'decorrelated': {
      const description = resolvers.decorrelated(named, name)
      return stateless(description, ({ previousMs }) =>
        decorrelatedDelayMs(Math.max(previousMs, limits.baseMs), limits, random),
      )
    }
    case 'constant': {
      const description = resolvers.constant(named, name)
      const delayMs = Math.min(limits.baseMs, limits.maxMs)
      return stateless(description, () => jitteredMs(delayMs, description.jitter, random))
    }
    case 'linear': {
      const description = resolvers.linear(named, name)
      return stateless(description, ({ attempt }) =>
        jitteredMs(linearDelayMs(attempt, limits), description.jitter, random),
      )
    }
    case 'exponential': {
      const description = resolvers.exponential(named, name)
      const { factor } = description
      return stateless(description, ({ attempt }) =>
        jitteredMs(exponentialDelayMs(attempt, limits, factor), description.jitter, random),
      )
    }
  }
}

function ownFunction(backoff: Extract<RetryBackoff, (...args: never[]) => unknown>): Backoff {
  // A generator function shows itself by the prototype of all such, also when it was made in another realm.
  if (Object.prototype.toString.call(backoff) === '[object GeneratorFunction]') {
    return ownSequence(backoff as () => Iterable<Duration>, 'generator')
  }
  const delayOf = backoff as (failure: FailedAttempt) => Duration
  return stateless({ kind: 'function' }, (failure) => readDelayMs(delayOf(failure), failure.error))
}

function stateless(
  description: Readonly<Record<string, unknown>>,
  next: (failure: FailedAttempt) => number,
): Backoff {
  const run: DelayRun = { next, end: () => {} }
  return { description, mustEnd: false, begin: () => run }
}

function ownSequence(sequence: () => Iterable<Duration>, kind: string): Backoff {
  return {
    description: { kind },
    mustEnd: true,
    begin: () => new SequenceRun(sequence()[Symbol.iterator]()),
  }
}

/** A copy, so that what is done to the list later changes nothing. */
function checkedList(delays: readonly Duration[], name: string): readonly Duration[] {
  return delays.map((each, place) => {
    if (listed.read(each) !== refused) return each
    const received = showValue(each)
    throw optionConflict('backoff', name, { key: `[${place}]`, must: `be ${listed.allowed}`, received })
  })
}

/** One run through an iterable. */
class SequenceRun implements DelayRun {
  readonly #iterator: Iterator<Duration>
  #isDone = false

  constructor(iterator: Iterator<Duration>) {
    this.#iterator = iterator
  }

  next(failure: FailedAttempt): number | undefined {
    if (this.#isDone) return undefined
    const { done, value } = this.#iterator.next()
    if (done === true) {
      this.#isDone = true
      return undefined
    }
    return readDelayMs(value, failure.error)
  }

  end(): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#iterator.return?.()
  }
}

function isIterable(value: object): value is Iterable<Duration> {
  return Symbol.iterator in value && typeof value[Symbol.iterator] === 'function'
}

/** Whether it is an iterator itself, as the result of a generator function: the first call would use it up. */
function isOneShot(value: Iterable<unknown>): boolean {
  return value[Symbol.iterator]() === (value as unknown)
}
