import { nameKey } from '../data/name-key.ts'
import type { MarketprepTransaction } from '../data/schema.ts'
import { getVenue } from '../data/venues.ts'

/** The venue of a location in an export, or what is wrong with the location. */
export type FindVenue = (location: string) => { readonly venueId: string } | { readonly reason: string }

/** More venues than one vendor goes to. */
const venuesMax = 1_000

/**
 * Makes the function that finds a sale's venue: the given one for every row, or the one whose name the location is. A
 * venue needs a place on the map, which an export does not have, so unknown ones are not created.
 *
 * @throws SeaworthyError ERR_VENUE_NOT_FOUND
 */
export async function venueFinder(
  tx: MarketprepTransaction,
  venueId: string | undefined,
): Promise<FindVenue> {
  if (venueId !== undefined) {
    const venue = await getVenue(tx, venueId)
    return () => ({ venueId: venue.id })
  }
  const venues = await tx
    .selectFrom('marketprep.venues')
    .select(['id', 'name', 'name_key'])
    .orderBy('name_key')
    .limit(venuesMax)
    .execute()
  const byKey = new Map(venues.map((venue) => [venue.name_key, venue.id]))
  const names = venues.slice(0, 10).map((venue) => venue.name)
  const known = names.length === 0 ? 'there is none yet' : names.join(', ')
  const reason = `must be the name of one of your venues (${known}); add it, or choose one venue for the whole file`
  return (location) => {
    const id = byKey.get(nameKey(location))
    return id === undefined ? { reason } : { venueId: id }
  }
}
