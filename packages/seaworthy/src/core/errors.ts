import { askForeign } from './ask-foreign.ts'

/**
 * Coded errors. Each area keeps one table of its codes; the table is the only list, and the reference page, the types
 * and the HTTP status of a problem document all come from it.
 */

/** What a code means. */
export interface ErrorEntry {
  /** A short name of the problem: the `title` of a problem document. */
  readonly title: string
  /** The HTTP status when the error reaches a caller. */
  readonly status: number
  /** When it is raised. */
  readonly meaning: string
  /** What whoever sees it can do. */
  readonly remedy: string
}

/** The codes of one area. A code is never reused for another meaning. */
export type ErrorTable = Readonly<Record<`ERR_${string}`, ErrorEntry>>

/** What an error carries beside its message. */
export interface ErrorExtras {
  /** Facts for programs and logs: names, values, limits. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
  /** Milliseconds after which trying again makes sense. */
  readonly retryAfterMs?: number
  /** For what is refused by the thousand: no stack is taken, which is most of what an error costs. */
  readonly isStackless?: boolean
}

const brand: unique symbol = Symbol.for('seaworthy.error') as never

/** An error with a stable code. Made by the function that {@link errorFactory} returns. */
export class SeaworthyError<Code extends string = string> extends Error {
  override readonly name = 'SeaworthyError'
  readonly code: Code
  readonly title: string
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>
  readonly retryAfterMs: number | undefined

  constructor(kind: ErrorEntry & { readonly code: Code }, message: string, extras: ErrorExtras = {}) {
    super(message, 'cause' in extras ? { cause: extras.cause } : undefined)
    this.code = kind.code
    this.title = kind.title
    this.status = kind.status
    this.details = Object.freeze({ ...extras.details })
    this.retryAfterMs = extras.retryAfterMs
  }

  get [brand](): true {
    return true
  }
}

/** Makes the errors of one table. */
export type ErrorFactory<Code extends string> = <C extends Code>(
  code: C,
  message: string,
  extras?: ErrorExtras,
) => SeaworthyError<C>

/**
 * A function that makes errors of one table.
 *
 * @example
 * const fail = errorFactory(coreErrors)
 * throw fail('ERR_QUEUE_FULL', 'Cannot add to queue "mail": 100 of 100 places are taken', { details: { capacity: 100 } })
 */
export function errorFactory<T extends ErrorTable>(table: T): ErrorFactory<keyof T & string> {
  return (code, message, extras) => {
    const entry = (table as ErrorTable)[code as `ERR_${string}`]
    if (entry === undefined) throw new TypeError(`Cannot make an error: code ${code} is not in the table`)
    const kind = { ...entry, code }
    return extras?.isStackless === true
      ? withoutStack(() => new SeaworthyError(kind, message, extras))
      : new SeaworthyError(kind, message, extras)
  }
}

function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Whether a value is a coded error, also one made by another copy of this package. */
export function isSeaworthyError(value: unknown): value is SeaworthyError {
  return typeof value === 'object' && value !== null && brand in value
}

/** The code of a coded error or of a Node error, else undefined. */
export function errorCode(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const code = askForeign(() => ('code' in value ? value.code : undefined))
  return typeof code === 'string' ? code : undefined
}
