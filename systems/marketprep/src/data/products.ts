import { keysetPage, sqlstateOf } from '@seaworthy/postgres'
import { sql } from 'kysely'
import type { Product, ProductBody, ProductPatch } from '../contract/catalogue.ts'
import { dataError } from './data-errors.ts'
import { nameKey } from './name-key.ts'
import { pageOf, type ListOptions, type ListPage } from './list-page.ts'
import type { MarketprepTransaction } from './schema.ts'

/** A product with what it sold lately. */
export interface ListedProduct extends Product {
  readonly recentUnits: number
}

export interface ProductListOptions extends ListOptions {
  /** The first day, 'YYYY-MM-DD', whose units count as recent. */
  readonly recentSince: string
  /** Default false. */
  readonly includeInactive?: boolean
}

const columns = [
  'p.id',
  'p.name',
  'p.category',
  'p.price_cents as priceCents',
  'p.unit_cost_cents as unitCostCents',
  'p.waste_cost_cents as wasteCostCents',
  'p.is_active as isActive',
] as const

/** A page of products in the order of their names, with the units each sold since a day. */
export async function listProducts(
  tx: MarketprepTransaction,
  options: ProductListOptions,
): Promise<ListPage<ListedProduct>> {
  const sold = tx
    .selectFrom('marketprep.sales')
    .select(['product_id', sql<number>`sum(quantity)::float8`.as('units')])
    .where('sold_on', '>=', options.recentSince)
    .groupBy('product_id')
  const query = tx
    .selectFrom('marketprep.products as p')
    .leftJoin(sold.as('sold'), 'sold.product_id', 'p.id')
    .select([...columns, sql<number>`coalesce(sold.units, 0)`.as('recentUnits')])
    .$if(options.includeInactive !== true, (active) => active.where('p.is_active', '=', true))
  const by = [
    { column: 'p.name_key', type: 'text' },
    { column: 'p.id', type: 'uuid' },
  ]
  return keysetPage(query, { ...pageOf('products', options), by })
}

/** Every product that is on sale, up to 1,000, in the order of their names. */
export async function listActiveProducts(tx: MarketprepTransaction): Promise<readonly Product[]> {
  return tx
    .selectFrom('marketprep.products as p')
    .select(columns)
    .where('p.is_active', '=', true)
    .orderBy('p.name_key')
    .limit(1_000)
    .execute()
}

/** @throws SeaworthyError ERR_PRODUCT_NOT_FOUND */
export async function getProduct(tx: MarketprepTransaction, id: string): Promise<Product> {
  const product = await tx
    .selectFrom('marketprep.products as p')
    .select(columns)
    .where('p.id', '=', id)
    .executeTakeFirst()
  if (product === undefined) throw notFound(id)
  return product
}

/**
 * Adds a product. Its unit cost is 40 % of its price unless given, and its waste cost the unit cost.
 *
 * @throws SeaworthyError ERR_PRODUCT_EXISTS
 */
export async function createProduct(tx: MarketprepTransaction, body: ProductBody): Promise<Product> {
  const unitCostCents = body.unitCostCents ?? Math.round(body.priceCents * unitCostShare)
  const created = await tx
    .insertInto('marketprep.products')
    .values({
      name: body.name,
      name_key: nameKey(body.name),
      category: body.category ?? '',
      price_cents: body.priceCents,
      unit_cost_cents: unitCostCents,
      waste_cost_cents: body.wasteCostCents ?? unitCostCents,
      is_active: body.isActive ?? true,
    })
    .onConflict((conflict) => conflict.columns(['vendor_id', 'name_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (created === undefined) throw exists(body.name)
  return getProduct(tx, created.id)
}

/** The share of the price that a product is taken to cost until the vendor says otherwise. */
export const unitCostShare = 0.4

/** The SQLSTATE of a row whose like exists. */
const uniqueViolation = '23505'

/** @throws SeaworthyError ERR_PRODUCT_NOT_FOUND, ERR_PRODUCT_EXISTS */
export async function updateProduct(
  tx: MarketprepTransaction,
  id: string,
  patch: ProductPatch,
): Promise<Product> {
  const changes = {
    ...(patch.name !== undefined && { name: patch.name, name_key: nameKey(patch.name) }),
    ...(patch.category !== undefined && { category: patch.category }),
    ...(patch.priceCents !== undefined && { price_cents: patch.priceCents }),
    ...(patch.unitCostCents !== undefined && { unit_cost_cents: patch.unitCostCents }),
    ...(patch.wasteCostCents !== undefined && { waste_cost_cents: patch.wasteCostCents }),
    ...(patch.isActive !== undefined && { is_active: patch.isActive }),
  }
  if (Object.keys(changes).length === 0) return getProduct(tx, id)
  try {
    await tx.updateTable('marketprep.products').set(changes).where('id', '=', id).execute()
  } catch (error) {
    throw sqlstateOf(error) === uniqueViolation && patch.name !== undefined ? exists(patch.name) : error
  }
  return getProduct(tx, id)
}

function notFound(id: string): Error {
  return dataError('ERR_PRODUCT_NOT_FOUND', `Cannot find product ${id}: it must be one of the vendor's own`, {
    details: { id },
  })
}

function exists(name: string): Error {
  return dataError('ERR_PRODUCT_EXISTS', `Cannot name a product "${name}": the name must be free`, {
    details: { name },
  })
}
