import { createWorld } from '@seaworthy/simulators/world'
import type { DayWeather, ProductEconomics, SaleDay } from '@seaworthy/system-marketprep/forecast'
import { seededRandom } from 'seaworthy/core'

/** A sale with the truth behind it, which no forecast sees. */
export interface TrueSale {
  readonly sale: SaleDay
  readonly trueMean: number
  readonly economics: ProductEconomics
  /** The weather as it might have been forecast days before, beside how it was. */
  readonly forecastWeather: DayWeather
}

/** What one vendor of the simulated world sold: 8 products at 3 venues, on the days that each market is held. */
export function worldSales(seed: string, weeks: number): readonly TrueSale[] {
  const world = createWorld({ seed, weeks })
  const random = seededRandom(`${seed}/weather forecast`)
  const sales: TrueSale[] = []
  for (const row of world.salesRows()) {
    const product = world.products[row.productIndex]
    const venue = world.venues[row.venueIndex]
    if (product === undefined || venue === undefined) continue
    const { temperatureMaxC, precipitationMm, weatherCode, eventAttendance } = row.features
    const weather = { temperatureMaxC, precipitationMm, code: weatherCode }
    const { priceCents, costCents } = product
    sales.push({
      sale: {
        productId: product.id,
        category: product.category,
        venueId: venue.id,
        date: row.date,
        priceCents,
        quantity: row.quantity,
        weather,
        event: { attendance: eventAttendance },
      },
      trueMean: row.trueMean,
      economics: { priceCents, unitCostCents: costCents, wasteCostCents: costCents },
      forecastWeather: misjudge(weather, random),
    })
  }
  return sales
}

/**
 * A forecast some days ahead: two degrees off, the amount of rain off by half, one wet day in seven announced as dry and
 * one dry day in twelve as wet.
 */
function misjudge(weather: DayWeather, random: ReturnType<typeof seededRandom>): DayWeather {
  const temperatureMaxC = weather.temperatureMaxC + random.normal(0, 2)
  const isWet = weather.precipitationMm > 0
  const isSeenRight = random.next() >= (isWet ? 1 / 7 : 1 / 12)
  const amount = Math.exp(random.normal(0, 0.5))
  if (isWet && isSeenRight) {
    return { temperatureMaxC, precipitationMm: weather.precipitationMm * amount, code: weather.code }
  }
  if (isWet || isSeenRight) return { temperatureMaxC, precipitationMm: 0, code: Math.min(weather.code, 3) }
  return { temperatureMaxC, precipitationMm: 3 * amount, code: 61 }
}
