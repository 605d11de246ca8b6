import {
  addDays,
  listProducts,
  salesStats,
  type MarketprepTransaction,
} from '@seaworthy/system-marketprep/data'
import { sql } from 'kysely'
import { systemClock } from 'seaworthy/core'
import type { BenchOptions, BenchRow } from '../bench-row.ts'
import { interleave } from '../interleave.ts'
import { queryPlan } from '../query-plan.ts'
import { lastDay, startSalesDatabase, type SalesDatabase } from '../sales-database.ts'

/** A query of the application, as it runs it: a transaction of the vendor under the application's role. */
interface Case {
  readonly name: string
  readonly run: (tx: MarketprepTransaction) => Promise<unknown>
}

const cursorKey = 'the cursor key of a benchmark, not secret'

const cases: readonly Case[] = [
  {
    name: 'product list 100',
    run: (tx) => listProducts(tx, { limit: 100, cursorKey, recentSince: addDays(lastDay, -29) }),
  },
  { name: 'analytics 30 days', run: (tx) => salesStats(tx, { to: lastDay, days: 30 }) },
]

/**
 * Two equal databases of 400,000 sales rows: one with the shipped indexes, one where the tables that the queries read
 * have none. The plans of both are written to the standard error stream.
 */
export async function run({ isQuick, progress }: BenchOptions): Promise<readonly BenchRow[]> {
  await using shipped = await startSalesDatabase()
  progress.step(1, 4)
  await using bare = await startSalesDatabase()
  await bare.asOwner(dropIndexes)
  progress.step(2, 4)
  const rows: BenchRow[] = []
  for (const [index, each] of cases.entries()) {
    rows.push(await measure(each, { shipped, bare, rounds: isQuick ? 5 : 40 }))
    progress.step(3 + index, 4)
  }
  return rows
}

interface Sides {
  readonly shipped: SalesDatabase
  readonly bare: SalesDatabase
  readonly rounds: number
}

async function measure({ name, run: work }: Case, { shipped, bare, rounds }: Sides): Promise<BenchRow> {
  await showPlan(`${name}, with the shipped indexes`, shipped, work)
  await showPlan(`${name}, without indexes`, bare, work)
  const times = await interleave(
    [
      { name: 'shipped', run: () => shipped.asVendor(work) },
      { name: 'bare', run: () => bare.asVendor(work) },
    ],
    { clock: systemClock, rounds, warmUpRounds: 20 },
  )
  return {
    case: name,
    unit: 'ms',
    ours: times.get('shipped') ?? Number.NaN,
    floor: null,
    peers: [{ name: 'without indexes', version: '0.1.0', value: times.get('bare') ?? Number.NaN }],
  }
}

async function showPlan(title: string, database: SalesDatabase, work: Case['run']): Promise<void> {
  const lines = await database.asVendor((tx) => queryPlan(tx, work))
  process.stderr.write(`\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`)
}

/** Drops every index of the tables that the queries read, those behind primary keys and unique constraints too. */
async function dropIndexes(tx: MarketprepTransaction): Promise<void> {
  for (const table of ['sales', 'products']) {
    const target = sql.table(`marketprep.${table}`)
    await sql`alter table ${target} drop constraint ${sql.ref(`${table}_pkey`)} cascade`.execute(tx)
    const { rows } = await sql<{ name: string }>`
      select indexname as name from pg_indexes where schemaname = 'marketprep' and tablename = ${table}`.execute(
      tx,
    )
    for (const { name } of rows) await sql`drop index ${sql.table(`marketprep.${name}`)}`.execute(tx)
  }
}
