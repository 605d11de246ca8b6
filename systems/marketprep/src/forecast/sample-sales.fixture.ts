import { seededRandom } from 'seaworthy/core'
import { dateOf, dayNumber } from './calendar.ts'
import type { DayQuestion, SaleDay } from './types.ts'

/** Sales with a truth of the test's own choosing. */
export interface SampleOptions {
  readonly weeks: number
  readonly seed?: string
  readonly products?: readonly string[]
  /** The true mean of a day's sales. Default: 12, less in rain. */
  readonly mean?: (question: DayQuestion) => number
}

/** A row for each product each Saturday (venue `square`) and Sunday (`mill`), swapped every third week, from 6 January 2024. */
export function sampleSales(options: SampleOptions): readonly SaleDay[] {
  const { weeks, seed = 'sample', products = ['bread', 'jam', 'eggs', 'cider'], mean = rainyMean } = options
  const random = seededRandom(seed)
  const sales: SaleDay[] = []
  for (
    let day = dayNumber('2024-01-06');
    sales.length < weeks * 2 * products.length;
    day += day % 7 === 2 ? 1 : 6
  ) {
    const temperatureMaxC = 14 - 10 * Math.cos((2 * Math.PI * (day % 365)) / 365) + random.normal(0, 4)
    const precipitationMm = random.next() < 0.3 ? random.next() * 12 : 0
    const weather = { temperatureMaxC, precipitationMm, code: precipitationMm > 0 ? 61 : 1 }
    const event = { attendance: random.next() < 0.1 ? 1_500 : 0 }
    for (const [index, productId] of products.entries()) {
      const question: DayQuestion = {
        productId,
        category: index % 2 === 0 ? 'bakery' : 'pantry',
        venueId: (day % 7 === 2) === day % 21 > 6 ? 'square' : 'mill',
        date: dateOf(day),
        priceCents: 400 + 100 * index,
        weather,
        event,
      }
      sales.push({ ...question, quantity: random.poisson(mean(question)) })
    }
  }
  return sales
}

function rainyMean({ weather, event }: DayQuestion): number {
  return 12 * ((weather?.precipitationMm ?? 0) > 1 ? 0.7 : 1) * ((event?.attendance ?? 0) > 0 ? 1.3 : 1)
}
