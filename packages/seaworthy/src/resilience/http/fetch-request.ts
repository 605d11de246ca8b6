import { onAbort } from 'seaworthy/core'
import type { HttpRequest } from './http-options.ts'
import { readUpTo } from './read-body.ts'
import { isReplayable } from './replayable-body.ts'

type Input = string | URL | Request

/** The arguments of one call of fetch, which may be sent several times. */
export class FetchRequest implements HttpRequest {
  readonly method: string
  readonly url: string
  /** The caller's own signal. */
  readonly signal: AbortSignal | undefined
  readonly #input: Input
  readonly #init: RequestInit
  #headers: Headers | undefined

  constructor(input: Input, init: RequestInit = {}) {
    const request = isRequest(input) ? input : undefined
    this.#input = input
    this.#init = init
    this.method = (init.method ?? request?.method ?? 'GET').toUpperCase()
    this.url = isRequest(input) ? input.url : String(input)
    // A signal of null takes away that of the request.
    this.signal = (init.signal === undefined ? request?.signal : init.signal) ?? undefined
  }

  header(name: string): string | undefined {
    this.#headers ??= new Headers(
      this.#init.headers ?? (isRequest(this.#input) ? this.#input.headers : undefined),
    )
    return this.#headers.get(name) ?? undefined
  }

  /** The same request with a body that can be sent again; undefined when there is no such body. */
  async repeatable(maxBytes: number): Promise<FetchRequest | undefined> {
    const { body } = this.#init
    const input = this.#input
    if (body !== undefined || !isRequest(input) || input.body === null) {
      return isReplayable(body) ? this : undefined
    }
    const kept = await keepBody(input, maxBytes, this.signal)
    return kept === undefined ? undefined : new FetchRequest(input, { ...this.#init, body: kept })
  }

  /** The arguments for one attempt. */
  attempt(signal: AbortSignal): [Input, RequestInit] {
    return [this.#input, { ...this.#init, signal }]
  }
}

/** Requests of another implementation of fetch are requests, too. */
function isRequest(input: Input): input is Request {
  return typeof input === 'object' && !(input instanceof URL)
}

/**
 * The body of a request as bytes; undefined when it is larger. The request itself stays as good as new: it is read from
 * a clone. An abort ends the reading, and then the call.
 */
async function keepBody(
  request: Request,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = request.clone().body?.getReader()
  if (reader === undefined) return undefined
  const stop = onAbort(signal, () => void reader.cancel().catch(ignore))
  const pieces: Uint8Array[] = []
  try {
    const isWhole = await readUpTo(reader, maxBytes, (piece) => pieces.push(piece))
    return isWhole ? Buffer.concat(pieces) : undefined
  } finally {
    stop()
  }
}

function ignore(): void {}
