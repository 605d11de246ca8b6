/** A problem document (RFC 9457) as the API sends it. */
export interface ProblemDocument {
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly code?: string
  readonly correlationId?: string
  readonly errors?: readonly { readonly field: string; readonly message: string }[]
}

/** Why a request failed, in words for people. `status` is 0 when no answer came. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly code: string | undefined
  readonly correlationId: string | undefined
  /** The first message for each field, by the field's last name. */
  readonly fields: Readonly<Record<string, string>>

  constructor(document: ProblemDocument) {
    super(document.title)
    this.status = document.status
    this.title = document.title
    this.detail = document.detail ?? 'Try again in a moment.'
    this.code = document.code
    this.correlationId = document.correlationId
    this.fields = byField(document.errors ?? [])
  }
}

function byField(errors: NonNullable<ProblemDocument['errors']>): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (const { field, message } of errors) {
    const name = field.split(/[./]/).at(-1) ?? field
    fields[name] ??= message
  }
  return Object.freeze(fields)
}

export const noAnswer = (): ApiProblem =>
  new ApiProblem({
    status: 0,
    title: 'The server did not answer',
    detail: 'Check the connection and try again. What you typed is still here.',
  })

/** Reads a problem out of an answer that is not ok; an answer of another form becomes one, too. */
export function problemFrom(status: number, body: string, correlationId: string | null): ApiProblem {
  const fallback = {
    status,
    title: `The server answered with status ${status}`,
    ...(correlationId === null ? {} : { correlationId }),
  }
  try {
    const parsed: unknown = JSON.parse(body)
    return new ApiProblem(isProblem(parsed) ? { ...fallback, ...parsed } : fallback)
  } catch {
    return new ApiProblem(fallback)
  }
}

const isProblem = (value: unknown): value is ProblemDocument =>
  typeof value === 'object' && value !== null && 'title' in value && typeof value.title === 'string'

/** Anything thrown, as a problem to show. */
export const asProblem = (thrown: unknown): ApiProblem => (thrown instanceof ApiProblem ? thrown : noAnswer())
