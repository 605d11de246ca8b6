import { sql } from 'kysely'
import { nameKey } from './name-key.ts'
import { unitCostShare } from './products.ts'
import type { MarketprepTransaction } from './schema.ts'

/** A product as Square's catalogue has it. */
export interface CatalogueProduct {
  readonly variationId: string
  readonly name: string
  readonly category: string
  readonly priceCents: number
  readonly isActive: boolean
}

/** A place of business as Square has it. */
export interface CatalogueVenue {
  readonly locationId: string
  readonly name: string
  readonly latitude: number
  readonly longitude: number
  readonly timeZone: string
}

/**
 * Stores products from Square. One that is known by its variation takes name, category, price and state from Square, the
 * name only while no other product has it; one that was made by hand under the same name is linked; costs stay as the
 * vendor set them.
 */
export async function storeCatalogueProducts(
  tx: MarketprepTransaction,
  products: readonly CatalogueProduct[],
): Promise<void> {
  for (const product of products) {
    await linkProduct(tx, product)
    if (!(await refreshProduct(tx, product))) await addProduct(tx, product)
  }
}

async function linkProduct(
  tx: MarketprepTransaction,
  { variationId, name }: CatalogueProduct,
): Promise<void> {
  await sql`update marketprep.products set square_variation_id = ${variationId}
    where name_key = ${nameKey(shortName(name))} and square_variation_id is null
      and not exists (select from marketprep.products where square_variation_id = ${variationId})`.execute(tx)
}

/** False when the product is not there yet. */
async function refreshProduct(tx: MarketprepTransaction, product: CatalogueProduct): Promise<boolean> {
  const name = shortName(product.name)
  const key = nameKey(name)
  const isFree = sql`not exists (select from marketprep.products o where o.name_key = ${key} and o.id <> p.id)`
  const { numAffectedRows } = await sql`
    update marketprep.products p set category = ${product.category.slice(0, 60)},
      price_cents = ${product.priceCents}, is_active = ${product.isActive},
      name = case when ${isFree} then ${name} else name end,
      name_key = case when ${isFree} then ${key} else name_key end
    where square_variation_id = ${product.variationId}`.execute(tx)
  return numAffectedRows !== 0n
}

async function addProduct(tx: MarketprepTransaction, product: CatalogueProduct): Promise<void> {
  const unitCost = Math.round(product.priceCents * unitCostShare)
  for (const name of namesToTry(product.name, product.variationId)) {
    const { numAffectedRows } = await sql`
      insert into marketprep.products
        (name, name_key, category, price_cents, unit_cost_cents, waste_cost_cents, is_active, square_variation_id)
      values (${name}, ${nameKey(name)}, ${product.category.slice(0, 60)}, ${product.priceCents}, ${unitCost},
        ${unitCost}, ${product.isActive}, ${product.variationId})
      on conflict (vendor_id, name_key) do nothing`.execute(tx)
    if (numAffectedRows !== 0n) return
  }
}

/** Stores venues from Square's locations. A known one keeps what the vendor changed by hand. */
export async function storeCatalogueVenues(
  tx: MarketprepTransaction,
  venues: readonly CatalogueVenue[],
): Promise<void> {
  for (const venue of venues) {
    const { locationId } = venue
    const isNew = sql`not exists (select from marketprep.venues where square_location_id = ${locationId})`
    await sql`update marketprep.venues set square_location_id = ${locationId}
      where name_key = ${nameKey(shortName(venue.name))} and square_location_id is null and ${isNew}`.execute(
      tx,
    )
    for (const name of namesToTry(venue.name, locationId)) {
      await sql`
        insert into marketprep.venues
          (name, name_key, latitude, longitude, time_zone, market_weekdays, square_location_id)
        select ${name}, ${nameKey(name)}, ${venue.latitude}, ${venue.longitude}, ${venue.timeZone}, '{}', ${locationId}
        where ${isNew} on conflict (vendor_id, name_key) do nothing`.execute(tx)
    }
  }
}

function shortName(name: string): string {
  return name.slice(0, 120)
}

/** Names must differ here and need not at Square: the second of a name carries the end of its id. */
function namesToTry(name: string, id: string): readonly string[] {
  return [shortName(name), `${name.slice(0, 110)} (${id.slice(-6)})`]
}

/** What Square's ids are called here. */
export interface SquareNames {
  /** Ids of products by Square's variation. */
  readonly products: ReadonlyMap<string, string>
  /** Venues by Square's location. */
  readonly venues: ReadonlyMap<string, { readonly id: string; readonly timeZone: string }>
}

/** The products and venues that are linked to Square. */
export async function squareNames(tx: MarketprepTransaction): Promise<SquareNames> {
  const products = await sql<{ id: string; square: string }>`
    select id, square_variation_id as square from marketprep.products
    where square_variation_id is not null limit 10000`.execute(tx)
  const venues = await sql<{ id: string; square: string; timeZone: string }>`
    select id, square_location_id as square, time_zone as "timeZone" from marketprep.venues
    where square_location_id is not null limit 1000`.execute(tx)
  return {
    products: new Map(products.rows.map(({ id, square }) => [square, id])),
    venues: new Map(venues.rows.map(({ id, square, timeZone }) => [square, { id, timeZone }])),
  }
}

/** Weekdays on which the vendor sold at a venue at least `daysMin` times become its market days, if it has none yet. */
export async function learnMarketWeekdays(tx: MarketprepTransaction, daysMin: number): Promise<void> {
  await sql`
    update marketprep.venues v set market_weekdays = learnt.weekdays
    from (
      select venue_id, array_agg(weekday order by weekday)::smallint[] as weekdays
      from (
        select venue_id, extract(dow from sold_on)::smallint as weekday
        from (select distinct venue_id, sold_on from marketprep.sales where venue_id is not null) days
        group by 1, 2 having count(*) >= ${daysMin}
      ) weekdays group by venue_id
    ) learnt
    where v.id = learnt.venue_id and v.market_weekdays = '{}'`.execute(tx)
}
