import type { Session } from '../../contract/account.ts'
import { type RawAnswer } from './raw-answer.ts'
import { sendFile, type FileUpload } from './send-file.ts'
import { asProblem, noAnswer, problemFrom } from './problem.ts'

export interface RequestOptions {
  readonly body?: unknown
  readonly signal?: AbortSignal
}

export interface ClientListener {
  /** A new session, or null when there is none any more. */
  onSession(session: Session | null): void
  /** The service level that an answer carried. */
  onLevel(level: string): void
}

const base = `${import.meta.env.BASE_URL}api`

/** The refresh token works once: a second tab waits, and then sends the one that the first tab got. */
const oneTabAtATime = <T>(work: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request('marketprep session', work) : work()

/**
 * Speaks with the API. The access token is held in memory only. An answer of 401 makes it refresh the session once,
 * with one request however many wait for it, and ask again.
 */
export class ApiClient {
  #token: string | null = null
  #refreshing: Promise<boolean> | undefined
  readonly #listener: ClientListener

  constructor(listener: ClientListener) {
    this.#listener = listener
  }

  async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return this.#withRefresh<T>(() => this.#fetch(method, path, options))
  }

  /** Sends a file and says how much of it has gone. */
  async upload<T>(path: string, upload: FileUpload): Promise<T> {
    return this.#withRefresh<T>(() => sendFile(`${base}${path}`, this.#token, upload))
  }

  async signIn(path: '/auth/login' | '/auth/register', body: unknown): Promise<void> {
    this.#take(this.#read<Session>(await this.#fetch('POST', path, { body })))
  }

  async signOut(): Promise<void> {
    try {
      await this.#fetch('POST', '/auth/logout', {})
    } finally {
      this.#take(null)
    }
  }

  /**
   * Takes up the session of the refresh cookie; false when there is no cookie (204) or it has ended (401). Throws when
   * the server does not answer.
   */
  async refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #refreshOnce(): Promise<boolean> {
    const answer = await oneTabAtATime(() => this.#fetch('POST', '/auth/refresh', {}))
    if (answer.status >= 500) throw problemFrom(answer.status, answer.text, answer.header('x-correlation-id'))
    const session = answer.status === 200 ? this.#read<Session>(answer) : null
    this.#take(session)
    return session !== null
  }

  #take(session: Session | null): void {
    this.#token = session?.accessToken ?? null
    this.#listener.onSession(session)
  }

  async #withRefresh<T>(send: () => Promise<RawAnswer>): Promise<T> {
    const token = this.#token
    const answer = await send()
    if (answer.status !== 401) return this.#read<T>(answer)
    // Another request may have refreshed the session while this one was on its way with the former token.
    const isNew = this.#token !== null && this.#token !== token
    return this.#read<T>(isNew || (await this.refresh()) ? await send() : answer)
  }

  #read<T>(answer: RawAnswer): T {
    const level = answer.header('service-level')
    if (level !== null) this.#listener.onLevel(level)
    if (answer.status < 200 || answer.status > 299) {
      throw problemFrom(answer.status, answer.text, answer.header('x-correlation-id'))
    }
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T
  }

  async #fetch(method: string, path: string, { body, signal }: RequestOptions): Promise<RawAnswer> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (this.#token !== null) headers['authorization'] = `Bearer ${this.#token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    try {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      })
      const text = await answer.text()
      return { status: answer.status, text, header: (name) => answer.headers.get(name) }
    } catch (thrown) {
      if (signal?.aborted) throw thrown
      throw thrown instanceof TypeError ? noAnswer() : asProblem(thrown)
    }
  }
}
