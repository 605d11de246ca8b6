import { isSeaworthyError, systemClock, type Clock } from 'seaworthy/core'
import { retryAfterFromHeader } from 'seaworthy/resilience'
import type { Static, TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'
import type { CallOptions } from './call-options.ts'
import { clientError } from './client-errors.ts'
import { readText } from './read-text.ts'
import { schemaDifferences } from './schema-differences.ts'

export interface HttpJsonOptions {
  /** The service's name in messages: "Square". */
  readonly service: string
  /** Such as `https://connect.squareup.com`, or with a path. */
  readonly baseUrl: string
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>
  /** The largest answer in bytes. Default 16 MiB. */
  readonly answerBytesMax?: number
  /** For dates in Retry-After. Default: the machine's clock. */
  readonly clock?: Clock
  /** What the body of an error says about itself, without secrets. */
  readonly describeError: (body: unknown) => UpstreamProblem
}

/** What an outside service says about an error. */
export interface UpstreamProblem {
  /** A sentence for people. */
  readonly text: string
  /** For programs and logs. */
  readonly details?: Readonly<Record<string, unknown>>
}

export interface JsonRequest<S extends TSchema> {
  readonly method?: 'GET' | 'POST'
  /** From the base URL on, with a leading slash and no query. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
  /** The form that a successful answer must have. */
  readonly answer: Validator<Record<never, never>, S>
}

const answerBytesDefault = 16 * 1024 * 1024
const problemBytesMax = 64 * 1024

/** Calls one service that speaks JSON over HTTP, and lets through only answers of the agreed form. */
export class HttpJson {
  readonly #options: HttpJsonOptions
  readonly #baseUrl: string

  constructor(options: HttpJsonOptions) {
    this.#options = options
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '')
  }

  /** The URL of a path of the service. */
  url(path: string, query: JsonRequest<TSchema>['query'] = {}): string {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = new URLSearchParams(
      pairs.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString()
    return `${this.#baseUrl}${path}${search === '' ? '' : `?${search}`}`
  }

  /**
   * Makes a call and returns the checked answer.
   *
   * @throws SeaworthyError one of the codes of `clientErrors`; the signal's own reason when it aborts
   */
  async send<S extends TSchema>(call: CallOptions, request: JsonRequest<S>): Promise<Static<S>> {
    const what = `${request.method ?? 'GET'} ${request.path} of ${this.#options.service}`
    const { response, text } = await this.#fetch(call, request, what)
    if (!response.ok) throw this.#failure(response, text, what)
    const value = parse(text)
    if (value === undefined) {
      throw clientError(
        'ERR_ANSWER_NOT_JSON',
        `Cannot read the answer to ${what}: must be JSON, received ${text.length} characters that are not`,
        {
          details: { contentType: response.headers.get('content-type') },
        },
      )
    }
    if (request.answer.Check(value)) return value as Static<S>
    const differences = schemaDifferences(request.answer as unknown as Validator, value)
    const [first] = differences
    throw clientError(
      'ERR_SCHEMA_MISMATCH',
      `Cannot use the answer to ${what}: ${first?.path ?? '/'} must be ${first?.expected ?? 'of the agreed form'}, received ${first?.received ?? 'another form'}`,
      { details: { service: this.#options.service, path: request.path, differences } },
    )
  }

  async #fetch(
    call: CallOptions,
    request: JsonRequest<TSchema>,
    what: string,
  ): Promise<{ readonly response: Response; readonly text: string }> {
    const { signal } = call
    try {
      const response = await fetch(this.url(request.path, request.query), {
        method: request.method ?? 'GET',
        headers: {
          accept: 'application/json',
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...this.#options.headers,
          ...call.headers,
          ...request.headers,
        },
        // A redirect would carry the credentials to wherever it points.
        redirect: 'manual',
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        ...(signal === undefined ? {} : { signal }),
      })
      const bytesMax = this.#options.answerBytesMax ?? answerBytesDefault
      const text = await readText(response, response.ok ? bytesMax : problemBytesMax)
      // An error page may be long; its status says enough.
      if (text !== undefined || !response.ok) return { response, text: text ?? '' }
      throw clientError(
        'ERR_ANSWER_TOO_LARGE',
        `Cannot read the answer to ${what}: must be at most ${bytesMax} bytes, received more`,
        {
          details: { bytesMax },
        },
      )
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason
      if (isSeaworthyError(error)) throw error
      throw clientError('ERR_UPSTREAM_CONNECTION', `Cannot call ${what}: ${reasonOf(error)}`, {
        cause: error,
        details: { service: this.#options.service, path: request.path },
      })
    }
  }

  #failure(response: Response, text: string, what: string): Error {
    const { status } = response
    const problem = this.#options.describeError(parse(text))
    const retryAfterMs = retryAfterFromHeader(
      response.headers.get('retry-after'),
      (this.#options.clock ?? systemClock).wallTime(),
    )
    const said = problem.text === '' ? '' : `: ${problem.text}`
    return clientError(
      codeOf(status),
      `Cannot call ${what}: must be answered with success, received status ${status}${said}`,
      {
        details: { service: this.#options.service, status, ...problem.details },
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      },
    )
  }
}

function codeOf(
  status: number,
):
  | 'ERR_UPSTREAM_RATE_LIMITED'
  | 'ERR_UPSTREAM_UNAUTHORIZED'
  | 'ERR_UPSTREAM_REFUSED'
  | 'ERR_UPSTREAM_STATUS' {
  if (status === 429) return 'ERR_UPSTREAM_RATE_LIMITED'
  if (status === 401 || status === 403) return 'ERR_UPSTREAM_UNAUTHORIZED'
  // 408 and 425 are the service's own troubles with time, not ours with content.
  if (status >= 300 && status < 500 && status !== 408 && status !== 425) return 'ERR_UPSTREAM_REFUSED'
  return 'ERR_UPSTREAM_STATUS'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why a fetch failed. `fetch` itself says only "fetch failed"; its cause knows. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return 'the connection failed'
  return 'code' in cause && typeof cause.code === 'string'
    ? `${cause.message} (${cause.code})`
    : cause.message
}
