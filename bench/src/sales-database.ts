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
import {
  createVendor,
  directoryTenant,
  migrations,
  newVendorId,
  type MarketprepTables,
  type MarketprepTransaction,
} from '@seaworthy/system-marketprep/data'
import { sql } from 'kysely'

/** A PostgreSQL server of its own, filled with the sales of {@link vendorCount} vendors. */
export interface SalesDatabase extends AsyncDisposable {
  /** Runs work as the application does: under its role, in the transaction of the vendor that is asked about. */
  asVendor<T>(work: (tx: MarketprepTransaction) => Promise<T>): Promise<T>
  asOwner<T>(work: (tx: MarketprepTransaction) => Promise<T>): Promise<T>
}

/** Each vendor sells 100 products on 100 weekly market days: 400,000 rows of sales in all. */
export const vendorCount = 40
const productCount = 100
const marketDays = 100

/** The last day with sales. The first is 693 days before. */
export const lastDay = '2026-06-13'

const schema = 'marketprep'
const tenancyKey = 'the tenancy key of a benchmark, not secret'

export async function startSalesDatabase(): Promise<SalesDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seaworthy-bench-'))
  // PostgreSQL's own user has to enter the folder, also when a root runs this.
  await chmod(dataDir, 0o755)
  const server = await startEmbeddedPostgres({ dataDir })
  const role = { schema, appRole: 'marketprep_app', appPassword: 'only-for-benchmarks', tenancyKey }
  const { appUrl } = await provisionTenancy(server.url, role)
  await migrate(server.url, { schema, migrations })
  const tenancy = { schema, key: tenancyKey }
  const application = createDatabase<MarketprepTables>({ url: appUrl, name: 'application', tenancy })
  const owner = createDatabase<MarketprepTables>({ url: server.url, name: 'owner', statementTimeout: '5m' })
  const vendors = await registerVendors(application)
  await owner.transaction(fill)
  return {
    asVendor: (work) => application.transaction(work, { tenant: vendors[vendorCount / 2] ?? '' }),
    asOwner: (work) => owner.transaction(work),
    async [Symbol.asyncDispose]() {
      await application.close()
      await owner.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function registerVendors(database: Database<MarketprepTables>): Promise<readonly string[]> {
  const vendors: string[] = []
  for (let i = 0; i < vendorCount; i++) {
    const id = await database.transaction(newVendorId, { tenant: directoryTenant })
    const vendor = { email: `vendor-${i}@example.com`, passwordHash: '-', businessName: `Vendor ${i}` }
    await database.transaction((tx) => createVendor(tx, vendor), { tenant: id })
    vendors.push(id)
  }
  return vendors
}

/** Sales come in as they do in life: day by day, all vendors among each other. */
async function fill(tx: MarketprepTransaction): Promise<void> {
  await sql`
    insert into marketprep.products (vendor_id, name, name_key, category, price_cents, unit_cost_cents, waste_cost_cents)
    select v.id, 'Product ' || n, 'product ' || n, 'Vegetables', 400, 160, 160
    from marketprep.vendors v, generate_series(1, ${productCount}::integer) n`.execute(tx)
  await sql`
    insert into marketprep.venues (vendor_id, name, name_key, latitude, longitude, time_zone, market_weekdays)
    select v.id, 'Plaza', 'plaza', 41.9, -87.6, 'America/Chicago', '{6}' from marketprep.vendors v`.execute(
    tx,
  )
  await sql`
    insert into marketprep.sales
      (vendor_id, source, source_line, product_id, venue_id, sold_on, quantity, revenue_cents)
    select p.vendor_id, 'csv', n || ':' || p.name_key, p.id, v.id, ${lastDay}::date - n * 7,
      1 + abs(hashtext(p.id::text || n)) % 30, 400 * (1 + abs(hashtext(p.id::text || n)) % 30)
    from generate_series(${marketDays - 1}::integer, 0, -1) n, marketprep.products p
    join marketprep.venues v on v.vendor_id = p.vendor_id
    order by n desc, hashtext(p.id::text)`.execute(tx)
  for (const table of ['vendors', 'products', 'venues', 'sales']) {
    await sql`analyze ${sql.table(`marketprep.${table}`)}`.execute(tx)
  }
}
