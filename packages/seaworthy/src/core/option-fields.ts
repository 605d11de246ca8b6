import { formatMs, toMs, type Duration } from './duration.ts'

/** The checks that the fields of options are made of. */

/** The check of one field. */
export interface Field<Output> {
  /** What is allowed, to follow "must be". */
  readonly allowed: string
  /** The resolved value, or {@link refused}. */
  read(value: unknown): Output | typeof refused
  /** Whether a value that is refused must not appear in the message. */
  readonly isSecret?: boolean
}

/** Returned by a field that does not accept the value. */
export const refused: unique symbol = Symbol('refused')

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

/** An object whose own fields are checked elsewhere; a list is none. */
export function object<T extends object>(allowed: string): Field<T> {
  return matching(
    allowed,
    (value): value is T => typeof value === 'object' && value !== null && !Array.isArray(value),
  )
}

/** The same for a value that must not appear in a message: a key, a password, an address that holds one. */
export function secret<T>(field: Field<T>): Field<T> {
  return { ...field, isSecret: true }
}

/** The same, or left out. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    ...field,
    allowed: `${field.allowed}, or left out`,
    read: (value) => (value === undefined ? undefined : field.read(value)),
  }
}

function inRange(value: number, min: number, max: number): boolean {
  return value >= min && value <= max
}
