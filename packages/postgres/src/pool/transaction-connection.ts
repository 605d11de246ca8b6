import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { PoolClient } from 'pg'
import { queryChannel, type Clock } from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'
import { databaseError } from './database-error.ts'
import { statementLabel } from './statement-label.ts'

/** The one connection that a transaction's statements go through, for as long as the transaction lives. */
export class TransactionConnection implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #pool: string
  readonly #clock: Clock
  readonly #running = new Set<Promise<unknown>>()
  #ended: (() => unknown) | undefined

  constructor(client: PoolClient, context: { readonly pool: string; readonly clock: Clock }) {
    this.#client = client
    this.#pool = context.pool
    this.#clock = context.clock
  }

  /** From now on the handle refuses statements with what `reason` makes. */
  end(reason: () => unknown = endedError): void {
    this.#ended ??= reason
  }

  /** Settles when no statement is on the wire. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#ended !== undefined) throw this.#ended()
    const running = this.#execute<R>(query)
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  async #execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const startedAt = this.#clock.now()
    try {
      const { command, rowCount, rows } = await this.#client.query(query.sql, [...query.parameters])
      this.#publish(query, { startedAt, rows: rowCount ?? rows.length })
      return changes.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows }
    } catch (cause) {
      const error = databaseError(cause, statementLabel(query))
      this.#publish(query, { startedAt, rows: 0, error })
      throw this.#ended === undefined ? error : this.#ended()
    }
  }

  #publish(query: CompiledQuery, outcome: { startedAt: number; rows: number; error?: unknown }): void {
    if (!queryChannel.hasSubscribers) return
    const { startedAt, ...facts } = outcome
    const durationMs = this.#clock.now() - startedAt
    queryChannel.publish({ pool: this.#pool, statement: statementLabel(query), durationMs, ...facts })
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw postgresError(
      'ERR_STATEMENT_FAILED',
      'Cannot stream a statement: results must be read by pages, use keysetPage',
    )
  }
}

const changes: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function endedError(): Error {
  return postgresError(
    'ERR_TRANSACTION_ENDED',
    'Cannot run a statement: the transaction must still be open, and it has ended; await every statement inside it',
  )
}
