import type { Transaction } from 'kysely'
import type { PoolMessage } from 'seaworthy/core'
import type { IsolationLevel } from './session.ts'

export interface TransactionOptions {
  /** Whose rows the transaction sees and writes: a lower-case UUID. Needs the `tenancy` option. */
  readonly tenant?: string
  /** Refuses writes. Default false. */
  readonly readOnly?: boolean
  /** Cancels the running statement on the server and rolls back. The transaction rejects with the abort's own reason. */
  readonly signal?: AbortSignal
  /** Default `read committed`. With `serializable` the work runs once more after a conflict. */
  readonly isolation?: IsolationLevel
}

/** A pool that hands out transactions and never a bare connection. */
export interface Database<Schema> extends AsyncDisposable {
  /**
   * Runs the work in one transaction: commits what it returns, rolls back when it throws. The handle works only until
   * then. The work must have no effect outside the database that may not happen twice when `isolation` is
   * `serializable`.
   *
   * @throws SeaworthyError ERR_POOL_EXHAUSTED when no connection is free and no place to wait is left
   * @throws SeaworthyError ERR_NESTED_TRANSACTION inside another transaction of this database
   * @throws SeaworthyError ERR_DATABASE_CLOSED after `close`
   */
  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Resolves when the server answers. */
  ping(signal?: AbortSignal): Promise<void>
  /** The pool now. */
  stats(): PoolMessage
  /** Refuses new work, waits for what runs up to `closeTimeout`, cancels the rest, ends every connection. */
  close(): Promise<void>
}
