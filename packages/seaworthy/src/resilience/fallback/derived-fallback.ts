import { defineOptions, duration, optional, text, type Clock, type Duration } from 'seaworthy/core'
import { checkFunction } from '../engine/check-arguments.ts'
import { isPromiseLike } from './is-promise-like.ts'
import type { AtLeast, DatedValue, FallbackContext, FallbackStep } from './fallback-step.ts'

/** Settings of a fallback that may take time. */
export interface StepOptions {
  /** How long it may take before the next step is asked, up to an hour. Default: as long as the call may. */
  readonly timeout?: Duration
}

const resolveStepOptions = defineOptions('fallback step', {}, { timeout: optional(duration('1ms', '1h')) })
const checkName = defineOptions('fallback step', {}, { name: text() })

/**
 * Answers with a value computed from the arguments.
 *
 * @param name the source that the answer names
 * @param compute makes the value, also null or undefined; when it throws, the next step answers
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function derive<const Source extends string, Args extends readonly unknown[], Value>(
  name: Source,
  compute: (...args: Args) => Value | PromiseLike<Value>,
  options: StepOptions = {},
): FallbackStep<AtLeast<Args>, Value, Source> {
  // What the call has beyond the arguments of compute is handed over too, as JavaScript does.
  checkFunction(compute, 'fallback step', 'compute')
  return step(name, (args: AtLeast<Args>) => compute(...(args as readonly unknown[] as Args)), options)
}

/** What a fallback knows about a call that failed. */
export interface FailedCall<Args extends readonly unknown[]> extends FallbackContext {
  readonly args: Args
}

/**
 * Answers with a value computed from what went wrong.
 *
 * @param name the source that the answer names
 * @param compute makes the value, also null or undefined; when it throws, the next step answers
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function recover<
  const Source extends string,
  Value,
  Args extends readonly unknown[] = readonly unknown[],
>(
  name: Source,
  compute: (call: FailedCall<Args>) => Value | PromiseLike<Value>,
  options: StepOptions = {},
): FallbackStep<Args, Value, Source> {
  checkFunction(compute, 'fallback step', 'compute')
  return step(
    name,
    (args: Args, failure) =>
      compute({
        args,
        error: failure.error,
        get signal() {
          return failure.signal
        },
      }),
    options,
  )
}

/**
 * Answers with one value, whatever the arguments.
 *
 * @param name the source that the answer names
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function constant<const Source extends string, const Value>(
  name: Source,
  value: Value,
): FallbackStep<readonly unknown[], Value, Source> {
  checkName({ name })
  return Object.freeze({
    source: name,
    start: (clock: Clock) => ({ find: () => madeNow(value, clock), isInert: true }),
  })
}

function step<const Source extends string, Args extends readonly unknown[], Value>(
  source: Source,
  compute: (args: Args, failure: FallbackContext) => Value | PromiseLike<Value>,
  options: StepOptions,
): FallbackStep<Args, Value, Source> {
  checkName({ name: source })
  const { timeout } = resolveStepOptions(options, source)
  return Object.freeze({
    source,
    timeoutMs: timeout,
    start: (clock: Clock) => ({
      find: (args: Args, failure: FallbackContext) => {
        const value = compute(args, failure)
        if (!isPromiseLike<Value>(value)) return madeNow(value, clock)
        return value.then((late) => madeNow(late, clock))
      },
    }),
  })
}

function madeNow<Value>(value: Value, clock: Clock): DatedValue<Value> {
  return { value, asOf: new Date(clock.wallTime()), ageMs: 0 }
}
