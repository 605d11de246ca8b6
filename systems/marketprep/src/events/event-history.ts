import { getVenue, soldDays, storeEventDays } from '../data/index.ts'
import type { NearbyEvent } from '../clients/events-client.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Store } from '../store.ts'

/** Fills in the events near a venue on the days on which the vendor sold there: the largest of each day. */
export async function fillEventHistory(
  { store, dependencies }: { readonly store: Store; readonly dependencies: MarketprepDependencies },
  { vendorId, venueId }: { readonly vendorId: string; readonly venueId: string },
  today: string,
): Promise<void> {
  const { venue, sold } = await store.vendor(
    vendorId,
    async (tx) => ({ venue: await getVenue(tx, venueId), sold: await soldDays(tx, venueId) }),
    { readOnly: true },
  )
  if (sold === undefined) return
  for (const [from, to] of yearsOf(sold.first, sold.last < today ? sold.last : today)) {
    const { value: events } = await dependencies.pastEvents({ venue, from, to })
    await store.vendor(vendorId, (tx) => storeEventDays(tx, venueId, largestOfDay(events)))
  }
}

function largestOfDay(
  events: readonly NearbyEvent[],
): readonly { readonly day: string; readonly attendance: number }[] {
  const days = new Map<string, number>()
  for (const { day, attendance = 0 } of events) days.set(day, Math.max(attendance, days.get(day) ?? 0))
  return [...days].map(([day, attendance]) => ({ day, attendance }))
}

/** The range cut at years, so that no answer grows without bound. */
function yearsOf(first: string, last: string): readonly (readonly [from: string, to: string])[] {
  const years = Array.from(
    { length: Number(last.slice(0, 4)) - Number(first.slice(0, 4)) + 1 },
    (_, index) => {
      return String(Number(first.slice(0, 4)) + index)
    },
  )
  return years.map((year) => [max(first, `${year}-01-01`), min(last, `${year}-12-31`)] as const)
}

function max(a: string, b: string): string {
  return a > b ? a : b
}

function min(a: string, b: string): string {
  return a < b ? a : b
}
