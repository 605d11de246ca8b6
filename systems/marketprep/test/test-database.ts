import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createDatabase,
  migrate,
  provisionTenancy,
  startEmbeddedPostgres,
  type Database,
} from '@seaworthy/postgres'
import { createVendor, directoryTenant, migrations, newVendorId } from '../src/data/index.ts'
import type { MarketprepTables, MarketprepTransaction } from '../src/data/index.ts'

/** A PostgreSQL server of its own with MarketPrep's schema, used under the application's role. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database<MarketprepTables>
  /** The address of the owner, for what the application's role must not do. */
  readonly ownerUrl: string
  /** Registers a vendor and returns the id. */
  addVendor(name: string): Promise<string>
  /** Runs work in a vendor's transaction. */
  as<T>(vendorId: string, work: (tx: MarketprepTransaction) => Promise<T>): Promise<T>
}

export const cursorKey = 'a key for cursors in tests only, long'

export async function startTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'marketprep-data-'))
  // PostgreSQL's own user has to enter the folder, also when a root runs this.
  await chmod(dataDir, 0o755)
  const server = await startEmbeddedPostgres({ dataDir })
  const key = 'a tenancy key in tests only, long enough'
  const tenancy = {
    schema: 'marketprep',
    appRole: 'marketprep_app',
    appPassword: 'only-for-tests',
    tenancyKey: key,
  }
  const { appUrl } = await provisionTenancy(server.url, tenancy)
  await migrate(server.url, { schema: 'marketprep', migrations })
  const database = createDatabase<MarketprepTables>({
    url: appUrl,
    name: 'test',
    tenancy: { schema: 'marketprep', key },
    connectionTimeout: '10s',
  })
  const as: TestDatabase['as'] = (tenant, work) => database.transaction(work, { tenant })
  return {
    database,
    ownerUrl: server.url,
    as,
    async addVendor(name) {
      const id = await as(directoryTenant, newVendorId)
      const email = `${name.toLowerCase()}@example.com`
      await as(id, (tx) => createVendor(tx, { email, passwordHash: 'hash', businessName: name }))
      return id
    },
    async [Symbol.asyncDispose]() {
      await database.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
