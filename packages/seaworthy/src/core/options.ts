import { coreError } from './core-errors.ts'
import { refused, type Field } from './option-fields.ts'
import { showValue } from './show-value.ts'

/**
 * Options as contracts: every field has one check, unknown keys are refused, the result is complete and frozen, and the
 * caller's object is neither kept nor changed.
 */

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
    if (input !== undefined && !isRecord(input)) {
      const isSecret = Object.values(fields).some((field) => field.isSecret)
      throw invalid(target, { key: 'options', allowed: 'an object', isSecret }, input)
    }
    const given: Readonly<Record<string, unknown>> = input ?? {}
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
      if (result === refused) {
        throw invalid(target, { key, allowed: field.allowed, isSecret: field.isSecret }, value)
      }
      resolved[key] = result
    }
    return Object.freeze(resolved) as Resolved<F>
  }
}

function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

interface Complaint {
  readonly key: string
  readonly allowed: string
  readonly isSecret?: boolean | undefined
}

function invalid(target: string, { key, allowed, isSecret = false }: Complaint, value: unknown): Error {
  const received = isSecret && value !== undefined ? 'a value that is secret and not shown' : showValue(value)
  return coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure ${target}: "${key}" must be ${allowed}, received ${received}`,
    { details: { target, key, allowed } },
  )
}
