import type { SaleDay } from '../forecast/types.ts'

/** A product that sold before and after, at most this many days apart, was on offer in between. */
const gapDaysMax = 28
const dayMs = 86_400_000

/**
 * Adds the market days on which a product was on offer and nobody bought it. A register knows only what was sold; left
 * out, such days would make every small demand look larger than it is.
 *
 * @param sales one row for each product, venue and day, oldest first
 * @returns the same with rows of quantity 0, oldest first
 */
export function withQuietDays(sales: readonly SaleDay[]): readonly SaleDay[] {
  const marketDays = new Map<string, Map<string, SaleDay>>()
  for (const sale of sales) {
    const days = entry(marketDays, sale.venueId, () => new Map<string, SaleDay>())
    if (!days.has(sale.date)) days.set(sale.date, sale)
  }
  const newest = new Map<string, SaleDay>()
  const quiet: SaleDay[] = []
  for (const sale of sales) {
    const pair = `${sale.productId}\n${sale.venueId}`
    const before = newest.get(pair)
    newest.set(pair, sale)
    if (before === undefined || daysBetween(before.date, sale.date) > gapDaysMax) continue
    for (const [date, day] of marketDays.get(sale.venueId) ?? []) {
      if (date <= before.date || date >= sale.date) continue
      quiet.push({ ...before, date, quantity: 0, weather: day.weather, event: day.event })
    }
  }
  if (quiet.length === 0) return sales
  return [...sales, ...quiet].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}
