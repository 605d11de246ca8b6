import { classifyDatabaseError, type Database } from '@seaworthy/postgres'
import type { Runtime } from 'seaworthy/core'
import { dependency, type Dependency } from 'seaworthy/service'
import { directoryTenant, type MarketprepTables, type MarketprepTransaction } from './data/index.ts'

/** What runs inside one transaction. */
export type StoreWork<T> = (tx: MarketprepTransaction) => Promise<T>

export interface StoreOptions {
  /** Refuses to write. Default false. */
  readonly readOnly?: boolean
  /** Ends the wait and the transaction, which is rolled back. */
  readonly signal?: AbortSignal | undefined
}

/** The database as the rest of the system uses it: always under a tenant, always through its declared dependency. */
export interface Store {
  readonly dependency: Dependency
  /** One transaction that sees and writes the rows of one vendor. */
  vendor<T>(vendorId: string, work: StoreWork<T>, options?: StoreOptions): Promise<T>
  /** One transaction in which no vendor is known: signing in, and finding vendors for background work. */
  directory<T>(work: StoreWork<T>): Promise<T>
}

/**
 * Declares the database as a dependency and wraps it.
 *
 * @param faultRequests whether requests may ask for faults; default false
 */
export function createStore(
  database: Database<MarketprepTables>,
  runtime: Runtime,
  faultRequests = false,
): Store {
  const declared = dependency(
    {
      name: 'database',
      importance: 'critical',
      faultRequests,
      // A place in the pool and a statement have shorter limits of their own; this is for a connection gone dead.
      timeout: '10s',
      deadline: '10s',
      // A statement that may have been done is not repeated; the pool itself waits and reconnects.
      retry: false,
      breaker: { trip: { kind: 'consecutive', failures: 5 }, openFor: '5s' },
      bulkhead: { concurrency: 100, queue: 200, queueWaitMax: '2s' },
      classify: classifyDatabaseError,
      probe: { call: ({ signal }) => database.ping(signal), every: '2s', timeout: '2s' },
    },
    runtime,
  )
  const transaction = declared.operation('transaction', {
    call: (
      { signal },
      work: StoreWork<unknown>,
      scope: { readonly tenant: string; readonly readOnly: boolean },
    ) => database.transaction(work, { ...scope, signal }),
  })

  async function run<T>(
    tenant: string,
    work: StoreWork<T>,
    { readOnly = false, signal }: StoreOptions = {},
  ): Promise<T> {
    const { value } = await transaction.with({ signal })(work, { tenant, readOnly })
    // The operation is declared once for all kinds of work; this work's own result came back.
    return value as T
  }

  return Object.freeze({
    dependency: declared,
    vendor: run,
    directory: <T>(work: StoreWork<T>) => run(directoryTenant, work),
  })
}
