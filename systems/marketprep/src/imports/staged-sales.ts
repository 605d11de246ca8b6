import { sql } from 'kysely'
import { bulkInsert } from '@seaworthy/postgres'
import { unitCostShare } from '../data/products.ts'
import type { MarketprepTransaction } from '../data/schema.ts'
import type { SquareSale } from './square-sale.ts'

/** A sale with its venue. */
export interface StagedSale extends SquareSale {
  readonly venueId: string
}

/** What applying the staged sales would do. */
export interface StagedMeasure {
  readonly rowsKnown: number
  readonly productsCreated: number
  readonly firstDay: string | null
  readonly lastDay: string | null
}

/** How many rows one statement works on, so that it stays far below the limit of a statement's time. */
const [rowsNumberedAtOnce, linesStoredAtOnce] = [50_000, 20_000]

/**
 * The table of the sales of one import, private to the transaction and gone with it. Rows get their number within
 * equal lines of a transaction here, where that takes no memory of this process.
 */
export async function createStage(tx: MarketprepTransaction): Promise<void> {
  await sql`create temporary table staged_sales (
    line integer not null, line_group text not null, product_name text not null, product_key text not null,
    category text not null, is_product boolean not null, unit_price_cents integer not null, venue_id uuid not null,
    month_first date, day_first date, quantity numeric(12, 3) not null, revenue_cents bigint not null
  ) on commit drop`.execute(tx)
}

export async function stageSales(tx: MarketprepTransaction, sales: readonly StagedSale[]): Promise<void> {
  const rows = sales.map((sale) => ({
    line: sale.line,
    line_group: sale.lineGroup,
    product_name: sale.productName,
    product_key: sale.productKey,
    category: sale.category,
    is_product: sale.isProduct,
    unit_price_cents: sale.unitPriceCents,
    venue_id: sale.venueId,
    month_first: sale.days.monthFirst ?? null,
    day_first: sale.days.dayFirst ?? null,
    quantity: sale.quantity,
    revenue_cents: sale.revenueCents,
  }))
  await bulkInsert(tx, rows, { table: 'staged_sales', columns: stagedColumns })
}

const stagedColumns = {
  line: 'integer',
  line_group: 'text',
  product_name: 'text',
  product_key: 'text',
  category: 'text',
  is_product: 'boolean',
  unit_price_cents: 'integer',
  venue_id: 'uuid',
  month_first: 'date',
  day_first: 'date',
  quantity: 'numeric(12,3)',
  revenue_cents: 'bigint',
} as const

/** Fixes how dates are read and gives every line the key under which it is stored. */
export async function numberStage(
  tx: MarketprepTransaction,
  staged: { readonly rows: number; readonly order: 'monthFirst' | 'dayFirst' },
): Promise<void> {
  const day = sql.ref(staged.order === 'monthFirst' ? 'month_first' : 'day_first')
  const parts = Math.max(1, Math.ceil(staged.rows / rowsNumberedAtOnce))
  await sql`create temporary table numbered_sales (
    line integer not null, source_line text not null, product_name text not null, product_key text not null,
    category text not null, is_product boolean not null, unit_price_cents integer not null, venue_id uuid not null,
    sold_on date not null, quantity numeric(12, 3) not null, revenue_cents bigint not null
  ) on commit drop`.execute(tx)
  for (let part = 0; part < parts; part++) {
    await sql`insert into numbered_sales
      select line, line_group || ':' || row_number() over (partition by line_group order by line), product_name,
        product_key, category, is_product, unit_price_cents, venue_id, ${day}, quantity, revenue_cents
      from staged_sales where (hashtext(line_group) & 2147483647) % ${parts}::integer = ${part}::integer`.execute(
      tx,
    )
  }
  await sql`create index on numbered_sales (line)`.execute(tx)
  await sql`analyze numbered_sales`.execute(tx)
}

export async function measureStage(tx: MarketprepTransaction): Promise<StagedMeasure> {
  const { rows } = await sql<StagedMeasure>`
    select
      (select count(*)::integer from numbered_sales n
        join marketprep.sales s on s.source = 'csv' and s.source_line = n.source_line) as "rowsKnown",
      (select count(*)::integer from (select distinct product_key from numbered_sales) n
        where not exists (select from marketprep.products p where p.name_key = n.product_key)) as "productsCreated",
      to_char(min(sold_on), 'YYYY-MM-DD') as "firstDay", to_char(max(sold_on), 'YYYY-MM-DD') as "lastDay"
    from numbered_sales`.execute(tx)
  const [measure] = rows
  if (measure === undefined)
    throw new TypeError('Cannot measure the import: the database answered without a row')
  return measure
}

/** Stores the staged sales, and the products that they are the first of, priced as last sold. */
export async function applyStage(tx: MarketprepTransaction): Promise<void> {
  await sql`
    insert into marketprep.products
      (name, name_key, category, price_cents, unit_cost_cents, waste_cost_cents, is_active)
    select distinct on (product_key) product_name, product_key, category, unit_price_cents,
      round(unit_price_cents * ${unitCostShare}::numeric), round(unit_price_cents * ${unitCostShare}::numeric),
      is_product
    from numbered_sales
    join (select product_key, max(sold_on) as sold_on from numbered_sales group by product_key) last_sold
      using (product_key, sold_on)
    order by product_key, quantity > 0 desc, line desc
    on conflict (vendor_id, name_key) do nothing`.execute(tx)
  const { rows } = await sql<{ last: number }>`
    select coalesce(max(line), 0) as last from numbered_sales`.execute(tx)
  for (let from = 1; from <= (rows[0]?.last ?? 0); from += linesStoredAtOnce) {
    await applyLines(tx, from, from + linesStoredAtOnce - 1)
  }
}

async function applyLines(tx: MarketprepTransaction, from: number, to: number): Promise<void> {
  await sql`
    insert into marketprep.sales as s
      (vendor_id, source, source_line, product_id, venue_id, sold_on, quantity, revenue_cents)
    select p.vendor_id, 'csv', n.source_line, p.id, n.venue_id, n.sold_on, n.quantity, n.revenue_cents
    from numbered_sales n join marketprep.products p on p.name_key = n.product_key
    where n.line between ${from} and ${to}
    on conflict (vendor_id, source, source_line) do update set
      product_id = excluded.product_id, venue_id = excluded.venue_id, sold_on = excluded.sold_on,
      quantity = excluded.quantity, revenue_cents = excluded.revenue_cents
    where (s.product_id, s.venue_id, s.sold_on, s.quantity, s.revenue_cents) is distinct from
      (excluded.product_id, excluded.venue_id, excluded.sold_on, excluded.quantity, excluded.revenue_cents)`.execute(
    tx,
  )
}
