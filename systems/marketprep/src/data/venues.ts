import { keysetPage, sqlstateOf } from '@seaworthy/postgres'
import { sql } from 'kysely'
import type { Venue, VenueBody } from '../contract/catalogue.ts'
import { dataError } from './data-errors.ts'
import { nameKey } from './name-key.ts'
import { pageOf, type ListOptions, type ListPage } from './list-page.ts'
import type { MarketprepTransaction } from './schema.ts'

const columns = [
  'v.id',
  'v.name',
  'v.latitude',
  'v.longitude',
  'v.time_zone as timeZone',
  sql<number[]>`v.market_weekdays`.as('marketWeekdays'),
  'v.is_active as isActive',
] as const

export interface VenueListOptions extends ListOptions {
  /** Default false. */
  readonly includeInactive?: boolean
}

/** A page of venues in the order of their names. */
export async function listVenues(
  tx: MarketprepTransaction,
  options: VenueListOptions,
): Promise<ListPage<Venue>> {
  const query = tx
    .selectFrom('marketprep.venues as v')
    .select(columns)
    .$if(options.includeInactive !== true, (active) => active.where('v.is_active', '=', true))
  const by = [
    { column: 'v.name_key', type: 'text' },
    { column: 'v.id', type: 'uuid' },
  ]
  return keysetPage(query, { ...pageOf('venues', options), by })
}

/** @throws SeaworthyError ERR_VENUE_NOT_FOUND */
export async function getVenue(tx: MarketprepTransaction, id: string): Promise<Venue> {
  const venue = await tx
    .selectFrom('marketprep.venues as v')
    .select(columns)
    .where('v.id', '=', id)
    .executeTakeFirst()
  if (venue === undefined) {
    throw dataError('ERR_VENUE_NOT_FOUND', `Cannot find venue ${id}: it must be one of the vendor's own`, {
      details: { id },
    })
  }
  return venue
}

/** @throws SeaworthyError ERR_VENUE_EXISTS */
export async function createVenue(tx: MarketprepTransaction, body: VenueBody): Promise<Venue> {
  const created = await tx
    .insertInto('marketprep.venues')
    .values(toRow(body))
    .onConflict((conflict) => conflict.columns(['vendor_id', 'name_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (created === undefined) throw exists(body.name)
  return getVenue(tx, created.id)
}

/** The SQLSTATE of a row whose like exists. */
const uniqueViolation = '23505'

/** @throws SeaworthyError ERR_VENUE_NOT_FOUND, ERR_VENUE_EXISTS */
export async function updateVenue(
  tx: MarketprepTransaction,
  id: string,
  change: VenueBody & { readonly isActive?: boolean },
): Promise<Venue> {
  const { isActive, ...body } = change
  const row = { ...toRow(body), ...(isActive !== undefined && { is_active: isActive }) }
  try {
    await tx.updateTable('marketprep.venues').set(row).where('id', '=', id).execute()
  } catch (error) {
    throw sqlstateOf(error) === uniqueViolation ? exists(body.name) : error
  }
  return getVenue(tx, id)
}

function toRow(body: VenueBody) {
  return {
    name: body.name,
    name_key: nameKey(body.name),
    latitude: body.latitude,
    longitude: body.longitude,
    time_zone: body.timeZone,
    market_weekdays: body.marketWeekdays,
  }
}

function exists(name: string): Error {
  return dataError('ERR_VENUE_EXISTS', `Cannot name a venue "${name}": the name must be free`, {
    details: { name },
  })
}
