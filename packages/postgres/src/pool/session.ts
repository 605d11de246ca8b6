import type { PoolClient } from 'pg'
import type { Clock } from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'
import { databaseError } from './database-error.ts'
import { firstWords } from './statement-label.ts'

export const isolationLevels = ['read committed', 'repeatable read', 'serializable'] as const
export type IsolationLevel = (typeof isolationLevels)[number]

export interface BeginOptions {
  readonly readOnly: boolean
  readonly isolation: IsolationLevel
}

/** A statement may set things for the rest of the session; the next user must not inherit them. */
const restore = 'RESET ALL; RESET SESSION AUTHORIZATION'

/** One checked-out connection from BEGIN until it is back in the pool or destroyed. */
export class Session {
  readonly client: PoolClient
  /** The number of the server's process, for cancelling; 0 before `begin`. */
  backendPid = 0
  #broken = false
  readonly #onError = (): void => {
    this.#broken = true
  }

  constructor(client: PoolClient) {
    this.client = client
    client.on('error', this.#onError)
  }

  async begin(options: BeginOptions): Promise<void> {
    const access = options.readOnly ? 'READ ONLY' : 'READ WRITE'
    const results: unknown = await this.#run(
      `BEGIN ISOLATION LEVEL ${options.isolation.toUpperCase()} ${access}; SELECT pg_backend_pid() AS pid`,
    )
    const row: unknown = Array.isArray(results) ? (results[1] as { rows: unknown[] }).rows[0] : undefined
    this.backendPid = typeof row === 'object' && row !== null && 'pid' in row ? Number(row.pid) : 0
  }

  /**
   * Commits. A transaction in which a statement failed cannot be committed, and PostgreSQL then only says ROLLBACK.
   *
   * @throws SeaworthyError ERR_STATEMENT_FAILED when it was rolled back instead
   */
  async commit(): Promise<void> {
    const results: unknown = await this.#run(`COMMIT; ${restore}`)
    const first: unknown = Array.isArray(results) ? results[0] : undefined
    if (typeof first === 'object' && first !== null && 'command' in first && first.command === 'COMMIT')
      return
    throw postgresError(
      'ERR_STATEMENT_FAILED',
      'Cannot commit the transaction: every statement in it must have succeeded, and one failed; it was rolled back',
    )
  }

  /** Rolls back; a connection that cannot is destroyed on release. */
  async rollback(): Promise<void> {
    try {
      await this.#run(`ROLLBACK; ${restore}`)
    } catch {
      this.#broken = true
    }
  }

  /** Gives the connection back, or destroys it when it may still be inside a transaction. */
  release(options: { readonly destroy: boolean }): void {
    const idle = this.client.getTransactionStatus() === 'I'
    this.client.removeListener('error', this.#onError)
    this.client.release(options.destroy || this.#broken || !idle)
  }

  async #run(text: string): Promise<unknown> {
    try {
      return await this.client.query(text)
    } catch (cause) {
      throw databaseError(cause, firstWords(text))
    }
  }
}

/** Settles with the promise, or after `limitMs` without it. */
export function atMost(clock: Clock, promise: Promise<unknown>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.schedule(limitMs, resolve)
    const done = (): void => {
      timer.cancel()
      resolve()
    }
    promise.then(done, done)
  })
}
