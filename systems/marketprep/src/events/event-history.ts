import { getVenue, soldDays, storeEventDays } from '../data/index.ts'
import type { NearbyEvent } from '../clients/events-client.ts'
import type { HistoryFill, HistoryParts } from '../history-fill.ts'
import { todayAt } from '../market-days.ts'

/** Years that one run asks for at most, the newest. */
const yearsMax = 10

/** Fills in the events near a venue on the days on which the vendor sold there: the largest of each day. */
export async function fillEventHistory(
  { store, dependencies }: HistoryParts,
  { vendorId, venueId, nowMs, signal }: HistoryFill,
): Promise<void> {
  const { venue, sold } = await store.vendor(
    vendorId,
    async (tx) => ({ venue: await getVenue(tx, venueId), sold: await soldDays(tx, venueId) }),
    { readOnly: true, signal },
  )
  if (sold === undefined) return
  const today = todayAt(venue, nowMs)
  for (const [from, to] of yearsOf(sold.first, min(sold.last, today)).slice(-yearsMax)) {
    const { value: events } = await dependencies.pastEvents.with({ signal })({ venue, from, to })
    await store.vendor(vendorId, (tx) => storeEventDays(tx, venueId, largestOfDay(events)), { signal })
  }
}

function largestOfDay(
  events: readonly NearbyEvent[],
): readonly { readonly day: string; readonly attendance: number }[] {
  const days = new Map<string, number>()
  for (const { day, attendance = 0 } of events) days.set(day, Math.max(attendance, days.get(day) ?? 0))
  return [...days].map(([day, attendance]) => ({ day, attendance }))
}

/** The range cut at years, so that no answer grows without bound; none when it ends before it begins. */
function yearsOf(first: string, last: string): readonly (readonly [from: string, to: string])[] {
  const [firstYear, lastYear] = [Number(first.slice(0, 4)), Number(last.slice(0, 4))]
  const length = Math.max(0, lastYear - firstYear + 1)
  return Array.from({ length }, (_, index) => {
    const year = String(firstYear + index)
    return [max(first, `${year}-01-01`), min(last, `${year}-12-31`)] as const
  }).filter(([from, to]) => from <= to)
}

function max(a: string, b: string): string {
  return a > b ? a : b
}

function min(a: string, b: string): string {
  return a < b ? a : b
}
