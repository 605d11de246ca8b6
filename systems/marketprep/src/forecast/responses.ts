import { Tally } from './tally.ts'

/**
 * How sales answered to a circumstance (a kind of weather, an event, a month) relative to what was usual: sold divided
 * by expected, for each product, drawn to its category, and the category to everything.
 */
export class Responses {
  readonly #all = new Map<number, Tally>()
  readonly #categories = new Map<string, Map<number, Tally>>()
  readonly #products = new Map<string, Map<number, Tally>>()
  readonly #strengthUnits: number

  /** @param strengthUnits how many expected units the wider group's ratio is worth */
  constructor(strengthUnits: number) {
    this.#strengthUnits = strengthUnits
  }

  observe(sale: ResponseSale): void {
    for (const buckets of [
      this.#all,
      inner(this.#categories, sale.category),
      inner(this.#products, sale.productId),
    ]) {
      let tally = buckets.get(sale.bucket)
      if (tally === undefined) buckets.set(sale.bucket, (tally = new Tally(responseHalfLifeDays)))
      tally.add(sale.day, sale.sold, sale.expected)
    }
  }

  /** The ratio of the product under the circumstance; 1 when nothing like it was seen. */
  ratio(productId: string, category: string, bucket: number): number {
    const strength = this.#strengthUnits
    const all = this.#all.get(bucket)?.mean(1, strength) ?? 1
    const wider = this.#categories.get(category)?.get(bucket)?.mean(all, strength) ?? all
    return this.#products.get(productId)?.get(bucket)?.mean(wider, strength) ?? wider
  }
}

const responseHalfLifeDays = 730

/** One day's sales of one product under one circumstance. */
export interface ResponseSale {
  readonly productId: string
  readonly category: string
  readonly bucket: number
  readonly day: number
  readonly sold: number
  /** What was usual, in the same unit. */
  readonly expected: number
}

function inner(outer: Map<string, Map<number, Tally>>, key: string): Map<number, Tally> {
  let map = outer.get(key)
  if (map === undefined) outer.set(key, (map = new Map()))
  return map
}
