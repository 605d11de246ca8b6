import { createHash } from 'node:crypto'
import type { Product } from '../world/vendors.ts'

/** An ID in the look of Square's: so many capitals and digits that follow from what it names. */
export function squareId(length: number, ...names: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(names.join('/')).digest('hex')
  return BigInt(`0x${hex}`).toString(36).toUpperCase().padStart(length, '0').slice(-length)
}

/** The ID of a product's item in the catalogue. */
export function itemId(product: Product): string {
  return squareId(24, 'item', product.id)
}

/** The ID of its only variation, which is what line items name. */
export function variationId(product: Product): string {
  return squareId(24, 'variation', product.id)
}

/** The ID of a category. */
export function categoryId(category: string): string {
  return squareId(24, 'category', category)
}
