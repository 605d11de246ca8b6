import type { SimulatedResponse } from '../http/exchange.ts'
import type { World } from '../world/create-world.ts'
import { addDays, dayNumber, isoDate, parseIsoDate } from '../world/iso-date.ts'
import { itemSalesCsv } from './item-sales-csv.ts'
import { badField } from './square-error.ts'

const rangeDaysMax = 800
const rangeDaysDefault = 364

/** GET /dashboard/items.csv?merchant&from&to: what the seller's dashboard offers as a download. By default the last year. */
export function downloadItemSales(query: URLSearchParams, world: World, nowMs: number): SimulatedResponse {
  const today = isoDate(nowMs / 86_400_000)
  const to = parseIsoDate(query.get('to') ?? addDays(today, -1))
  const from = parseIsoDate(query.get('from') ?? addDays(to ?? today, -rangeDaysDefault))
  const merchantId = query.get('merchant') ?? world.vendors[0]?.merchantId
  const vendor = world.vendors.find((each) => each.merchantId === merchantId)
  if (vendor === undefined) throw badField('merchant', 'NOT_FOUND', 'No such merchant.')
  if (from === undefined) throw badField('from', 'INVALID_TIME', 'Expected a date such as 2026-03-14.')
  if (to === undefined || to >= today) throw badField('to', 'INVALID_TIME', 'Expected a date before today.')
  if (from > to || dayNumber(to) - dayNumber(from) > rangeDaysMax) {
    throw badField('from', 'INVALID_TIME_RANGE', `Expected a date up to ${rangeDaysMax} days before "to".`)
  }
  return {
    status: 200,
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="items-${from}-${addDays(to, 1)}.csv"`,
    },
    body: [...itemSalesCsv({ world, vendor, from, to })].join(''),
  }
}
