import type { Clock } from 'seaworthy/core'
import type { AtLeast, FallbackStep } from './fallback-step.ts'

/**
 * Answers with a value computed from the arguments.
 *
 * @param name the source that the answer names
 * @param compute makes the value; when it throws, the next step answers
 */
export function derive<const Source extends string, Args extends readonly unknown[], Value>(
  name: Source,
  compute: (...args: Args) => Value | Promise<Value>,
): FallbackStep<AtLeast<Args>, Value, Source> {
  return Object.freeze({
    source: name,
    start: (clock: Clock) => ({
      // What the call has beyond the arguments of compute is handed over too, as JavaScript does.
      find: async (args: AtLeast<Args>) => ({
        value: await compute(...(args as readonly unknown[] as Args)),
        asOf: new Date(clock.wallTime()),
        ageMs: 0,
      }),
    }),
  })
}

/**
 * Answers with one value, whatever the arguments.
 *
 * @param name the source that the answer names
 */
export function constant<const Source extends string, const Value>(
  name: Source,
  value: Value,
): FallbackStep<readonly unknown[], Value, Source> {
  return Object.freeze({
    source: name,
    start: (clock: Clock) => ({
      find: () => ({ value, asOf: new Date(clock.wallTime()), ageMs: 0 }),
    }),
  })
}
