import {
  defaultPriorStrengths,
  estimateStrength,
  type PriorStrengths,
  type RateSample,
} from './cold-start.ts'
import type { DatedSale } from './sale-order.ts'

interface Rate {
  sum: number
  days: number
}

/** Learns from the spread between products, and between the venues of a product, how much a prior should count. */
export function estimatePriorStrengths(sales: readonly DatedSale[]): PriorStrengths {
  const categories = new Map<string, Rate>()
  const products = new Map<string, Rate & { readonly category: string }>()
  const pairs = new Map<string, Rate & { readonly productId: string }>()
  for (const { sale } of sales) {
    const { productId, category, venueId, quantity } = sale
    add(categories, category, {}, quantity)
    add(products, productId, { category }, quantity)
    add(pairs, JSON.stringify([productId, venueId]), { productId }, quantity)
  }
  const productSamples = samples(products, ({ category }) => categories.get(category))
  const pairSamples = samples(pairs, ({ productId }) => products.get(productId))
  return {
    category: defaultPriorStrengths.category,
    product: estimateStrength(productSamples, defaultPriorStrengths.product),
    pair: estimateStrength(pairSamples, defaultPriorStrengths.pair),
  }
}

function add<T extends object>(map: Map<string, Rate & T>, key: string, extra: T, quantity: number): void {
  let rate = map.get(key)
  if (rate === undefined) map.set(key, (rate = { sum: 0, days: 0, ...extra }))
  rate.sum += quantity
  rate.days++
}

function samples<T extends Rate>(
  rates: ReadonlyMap<string, T>,
  widerOf: (rate: T) => Rate | undefined,
): readonly RateSample[] {
  return [...rates.values()].map((rate) => {
    const wider = widerOf(rate)
    return { sum: rate.sum, days: rate.days, prior: wider === undefined ? 0 : wider.sum / wider.days }
  })
}
