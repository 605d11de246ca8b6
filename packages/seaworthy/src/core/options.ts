import { coreError } from './core-errors.ts'
import { formatMs, toMs, type Duration } from './duration.ts'
import { showValue } from './show-value.ts'

/**
 * Options as contracts: every field has one check, unknown keys are refused, the result is complete and frozen, and the
 * caller's object is neither kept nor changed.
 */

/** The check of one field. */
export interface Field<Output> {
  /** What is allowed, to follow "must be". */
  readonly allowed: string
  /** The resolved value, or {@link refused}. */
  read(value: unknown): Output | typeof refused
}

/** Returned by a field that does not accept the value. */
export const refused: unique symbol = Symbol('refused')

type Fields = Readonly<Record<string, Field<unknown>>>

/** The complete options after the checks of `F`. */
export type Resolved<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer Output> ? Output : never
}

/**
 * Makes the function that checks, completes and freezes the options of one thing.
 *
 * @param subject what is configured, for messages: "retry", "circuit breaker weather"
 * @param defaults the value of each field that is left out
 * @param fields the check of each field
 */
export function defineOptions<F extends Fields>(
  subject: string,
  defaults: Partial<Record<keyof F, unknown>>,
  fields: F,
): (input?: object, name?: string) => Resolved<F> {
  return (input, name) => {
    const target = name === undefined ? subject : `${subject} "${name}"`
    const given: Readonly<Record<string, unknown>> = asRecord(input ?? {}, target)
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(fields, key)) {
        throw invalid(
          target,
          { key, allowed: `one of ${Object.keys(fields).join(', ')}` },
          'an unknown option',
        )
      }
    }
    const resolved: Record<string, unknown> = {}
    for (const [key, field] of Object.entries(fields)) {
      const value = given[key] === undefined ? defaults[key] : given[key]
      const result = field.read(value)
      if (result === refused) throw invalid(target, { key, allowed: field.allowed }, value)
      resolved[key] = result
    }
    return Object.freeze(resolved) as Resolved<F>
  }
}

function asRecord(input: object, target: string): Readonly<Record<string, unknown>> {
  if (typeof input === 'object' && !Array.isArray(input)) return input as Readonly<Record<string, unknown>>
  throw invalid(target, { key: 'options', allowed: 'an object' }, input)
}

function invalid(
  target: string,
  { key, allowed }: { readonly key: string; readonly allowed: string },
  received: unknown,
): Error {
  return coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure ${target}: "${key}" must be ${allowed}, received ${showValue(received)}`,
    { details: { target, key, allowed } },
  )
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): Field<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    read: (value) =>
      Number.isInteger(value) && inRange(value as number, min, max) ? (value as number) : refused,
  }
}

/** A number from `min` to `max`. */
export function number(min: number, max: number): Field<number> {
  return {
    allowed: `a number from ${min} to ${max}`,
    read: (value) => (typeof value === 'number' && inRange(value, min, max) ? value : refused),
  }
}

/** A duration from `min` to `max`, resolved to milliseconds. */
export function duration(min: Duration, max: Duration): Field<number> {
  const [minMs, maxMs] = [toMs(min), toMs(max)]
  return {
    allowed: `a duration from ${formatMs(minMs)} to ${formatMs(maxMs)} (milliseconds or text such as "250ms", "2s", "5m")`,
    read: (value) => {
      try {
        const ms = toMs(value as Duration)
        return inRange(ms, minMs, maxMs) ? ms : refused
      } catch {
        return refused
      }
    },
  }
}

export function boolean(): Field<boolean> {
  return { allowed: 'true or false', read: (value) => (typeof value === 'boolean' ? value : refused) }
}

/** A text of 1 to `lengthMax` characters. */
export function text(lengthMax = 200): Field<string> {
  return {
    allowed: `text of 1 to ${lengthMax} characters`,
    read: (value) =>
      typeof value === 'string' && value.length > 0 && value.length <= lengthMax ? value : refused,
  }
}

/** One of the given texts. */
export function oneOf<const T extends string>(...choices: readonly T[]): Field<T> {
  return {
    allowed: `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`,
    read: (value) => choices.find((choice) => choice === value) ?? refused,
  }
}

/** A function. Its signature is the type parameter's; at run time only that it can be called is checked. */
export function callable<F extends (...args: never[]) => unknown>(): Field<F> {
  return { allowed: 'a function', read: (value) => (typeof value === 'function' ? (value as F) : refused) }
}

/** A value that its own check accepts. */
export function matching<T>(allowed: string, accepts: (value: unknown) => value is T): Field<T> {
  return { allowed, read: (value) => (accepts(value) ? value : refused) }
}

/** The same, or left out. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    allowed: `${field.allowed}, or left out`,
    read: (value) => (value === undefined ? undefined : field.read(value)),
  }
}

function inRange(value: number, min: number, max: number): boolean {
  return value >= min && value <= max
}
