import { dateOf, dayNumber } from './calendar.ts'
import type { SaleDay } from './types.ts'

/**
 * Sales as one block of numbers and a list of texts: handed to another thread without copying the numbers, and each text
 * once instead of once for each sale.
 */
export interface PackedSales {
  readonly texts: readonly string[]
  /** One row for each sale. NaN is left out. */
  readonly numbers: Float64Array<ArrayBuffer>
}

const width = 11

/** Packs the sales. The buffer of `numbers` may be transferred. */
export function packSales(sales: readonly SaleDay[]): PackedSales {
  const index = new Map<string, number>()
  const indexOf = (text: string): number => {
    const known = index.get(text)
    if (known !== undefined) return known
    index.set(text, index.size)
    return index.size - 1
  }
  const numbers = new Float64Array(sales.length * width)
  for (const [row, { weather, event, ...sale }] of sales.entries()) {
    numbers.set(
      [
        indexOf(sale.productId),
        indexOf(sale.category),
        indexOf(sale.venueId),
        dayNumber(sale.date),
        sale.quantity,
        sale.priceCents,
        weather?.temperatureMaxC ?? Number.NaN,
        weather?.precipitationMm ?? Number.NaN,
        weather?.code ?? Number.NaN,
        weather?.precipitationProbability ?? Number.NaN,
        event?.attendance ?? Number.NaN,
      ],
      row * width,
    )
  }
  return { texts: [...index.keys()], numbers }
}

export function unpackSales({ texts, numbers }: PackedSales): readonly SaleDay[] {
  const sales: SaleDay[] = []
  for (let at = 0; at < numbers.length; at += width) {
    const [product, category, venue, day, quantity, priceCents] = numbers.subarray(at, at + 6)
    sales.push({
      productId: texts[product as number] as string,
      category: texts[category as number] as string,
      venueId: texts[venue as number] as string,
      date: dateOf(day as number),
      quantity: quantity as number,
      priceCents: priceCents as number,
      ...unpackConditions(numbers.subarray(at + 6, at + width)),
    })
  }
  return sales
}

function unpackConditions(row: Float64Array): Pick<SaleDay, 'weather' | 'event'> {
  const [temperatureMaxC, precipitationMm, code, probability, attendance] = [...row] as [
    number,
    number,
    number,
    number,
    number,
  ]
  const precipitationProbability = known(probability)
  return {
    ...(Number.isNaN(temperatureMaxC)
      ? {}
      : {
          weather: {
            temperatureMaxC,
            precipitationMm,
            code,
            ...(precipitationProbability === undefined ? {} : { precipitationProbability }),
          },
        }),
    ...(Number.isNaN(attendance) ? {} : { event: { attendance } }),
  }
}

function known(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value
}
