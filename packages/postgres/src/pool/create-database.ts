import { AsyncLocalStorage } from 'node:async_hooks'
import { Pool, type ClientConfig, type PoolClient } from 'pg'
import type { Transaction } from 'kysely'
import { abortReason, onAbort, orAbort, poolChannel, type PoolMessage } from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'
import { enterTenant } from '../tenancy/enter-tenant.ts'
import { cancelBackend } from './cancel-backend.ts'
import { clientConfig } from './client-config.ts'
import { classifyDatabaseError, databaseError, sqlstateOf } from './database-error.ts'
import {
  resolveDatabaseOptions,
  type DatabaseOptions,
  type ResolvedDatabaseOptions,
} from './database-options.ts'
import type { Database, TransactionOptions } from './database.ts'
import { atMost, Session } from './session.ts'
import { TransactionConnection } from './transaction-connection.ts'
import { transactionHandle } from './transaction-handle.ts'

/**
 * Makes a guarded pool. Nothing is connected until the first transaction.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function createDatabase<Schema>(options: DatabaseOptions): Database<Schema> {
  return new GuardedPool<Schema>(resolveDatabaseOptions(options, options.name))
}

/** How long an aborted statement may take to stop before its connection is dropped. */
const cancelWaitMs = 1_000

type Work<Schema, T> = (tx: Transaction<Schema>) => Promise<T>

class GuardedPool<Schema> implements Database<Schema> {
  readonly #options: ResolvedDatabaseOptions
  readonly #config: ClientConfig
  readonly #pool: Pool
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>()
  readonly #closing = new AbortController()
  readonly #active = new Set<Promise<unknown>>()
  #waiting = 0
  #closed: Promise<void> | undefined

  constructor(options: ResolvedDatabaseOptions) {
    this.#options = options
    this.#config = clientConfig(options)
    this.#pool = new Pool({
      ...this.#config,
      max: options.poolMax,
      maxLifetimeSeconds: Math.ceil(options.maxLifetime / 1_000),
      allowExitOnIdle: true,
    })
    // An idle connection that breaks leaves the pool by itself; without a listener the process would end.
    this.#pool.on('error', () => this.#publish())
  }

  async transaction<T>(work: Work<Schema, T>, options: TransactionOptions = {}): Promise<T> {
    this.#refuseNested()
    const attempt = (): Promise<T> => this.#track(() => this.#attempt(work, options))
    try {
      return await attempt()
    } catch (error) {
      const conflict = sqlstateOf(error)
      const again = options.isolation === 'serializable' && (conflict === '40001' || conflict === '40P01')
      if (!again) throw error
      return await attempt()
    }
  }

  async ping(signal?: AbortSignal): Promise<void> {
    await this.#track(async () => {
      const session = await this.#acquire(signal)
      let answered = false
      try {
        await orAbort(session.client.query('SELECT 1'), signal)
        answered = true
      } catch (error) {
        throw signal?.aborted === true ? abortReason(signal) : databaseError(error, 'ping')
      } finally {
        session.release({ destroy: !answered })
        this.#publish()
      }
    })
  }

  stats(): PoolMessage {
    const { totalCount: total, idleCount: idle } = this.#pool
    return Object.freeze({ pool: this.#options.name, total, idle, waiting: this.#waiting })
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const { closeTimeout, runtime } = this.#options
    await atMost(runtime.clock, Promise.allSettled(this.#active), closeTimeout)
    this.#closing.abort(this.#closedError())
    await Promise.allSettled(this.#active)
    await this.#pool.end()
  }

  #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(this.#closedError())
    const running = work()
    this.#active.add(running)
    const forget = (): void => void this.#active.delete(running)
    running.then(forget, forget)
    return running
  }

  async #attempt<T>(work: Work<Schema, T>, options: TransactionOptions): Promise<T> {
    const { signal } = options
    const session = await this.#acquire(signal)
    const connection = new TransactionConnection(session.client, {
      pool: this.#options.name,
      clock: this.#options.runtime.clock,
    })
    const stop = new AbortController()
    const stopListening = [signal, this.#closing.signal].map((each) =>
      onAbort(each, (reason) => stop.abort(reason)),
    )
    let [cancelled, lost] = [false, false]
    try {
      const { readOnly = false, isolation = 'read committed' } = options
      await session.begin({ readOnly, isolation })
      await enterTenant(session.client, { tenant: options.tenant, ...this.#options })
      stop.signal.throwIfAborted()
      const result = await orAbort(this.#inContext(work, connection), stop.signal)
      connection.end()
      await orAbort(connection.idle(), stop.signal)
      await session.commit()
      return result
    } catch (error) {
      cancelled = stop.signal.aborted
      connection.end(cancelled ? () => abortReason(stop.signal) : undefined)
      lost = isConnectionLost(error)
      if (cancelled) await this.#cancel(session, connection)
      else await connection.idle()
      if (!lost) await session.rollback()
      throw cancelled ? abortReason(stop.signal) : error
    } finally {
      for (const stopOne of stopListening) stopOne()
      // A cancellation may arrive late and would then hit the next user of the connection.
      session.release({ destroy: cancelled || lost })
      this.#publish()
    }
  }

  async #inContext<T>(work: Work<Schema, T>, connection: TransactionConnection): Promise<T> {
    const context = { open: true }
    try {
      return await this.#inside.run(context, () => work(transactionHandle<Schema>(connection)))
    } finally {
      context.open = false
    }
  }

  async #cancel(session: Session, connection: TransactionConnection): Promise<void> {
    const stopped = cancelBackend(this.#config, session.backendPid).then(() => connection.idle())
    await atMost(this.#options.runtime.clock, stopped, cancelWaitMs)
  }

  async #acquire(signal: AbortSignal | undefined): Promise<Session> {
    signal?.throwIfAborted()
    this.#refuseWhenFull()
    this.#waiting++
    const pending: Promise<PoolClient> = this.#pool.connect()
    pending.then(
      () => this.#waiting--,
      () => this.#waiting--,
    )
    try {
      return new Session(await orAbort(pending, signal))
    } catch (error) {
      // The connection comes all the same, after its caller has gone.
      pending.then(
        (client) => client.release(),
        () => undefined,
      )
      throw signal?.aborted === true ? abortReason(signal) : this.#acquireError(error)
    } finally {
      this.#publish()
    }
  }

  #acquireError(error: unknown): unknown {
    const message = error instanceof Error ? error.message : ''
    return message.includes('timeout exceeded when trying to connect')
      ? this.#exhausted(
          `a connection must be free within ${this.#options.connectionTimeout} ms, and none was`,
        )
      : databaseError(error, 'connect')
  }

  #refuseWhenFull(): void {
    const { idleCount, totalCount, waitingCount } = this.#pool
    const { poolMax, waitersMax } = this.#options
    if (idleCount > 0 || totalCount < poolMax || waitingCount < waitersMax) return
    throw this.#exhausted(`${poolMax} connections are taken and ${waitersMax} places to wait are full`)
  }

  #exhausted(what: string): Error {
    const { name, connectionTimeout, poolMax } = this.#options
    return postgresError('ERR_POOL_EXHAUSTED', `Cannot use database "${name}": ${what}`, {
      details: { pool: name, poolMax },
      retryAfterMs: connectionTimeout,
    })
  }

  #refuseNested(): void {
    if (this.#inside.getStore()?.open !== true) return
    throw postgresError(
      'ERR_NESTED_TRANSACTION',
      `Cannot open a transaction of database "${this.#options.name}": none may be open around it; pass the outer handle down`,
    )
  }

  #closedError(): Error {
    const { name } = this.#options
    return postgresError(
      'ERR_DATABASE_CLOSED',
      `Cannot use database "${name}": it must not be closed, and it is`,
    )
  }

  #publish(): void {
    if (poolChannel.hasSubscribers) poolChannel.publish(this.stats())
  }
}

/** Whether the driver, and not the server, says that it failed: nothing more can be asked of the connection. */
function isConnectionLost(error: unknown): boolean {
  return classifyDatabaseError(error) === 'failed' && sqlstateOf(error) === undefined
}
