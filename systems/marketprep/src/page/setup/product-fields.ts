import type { ProductBody } from '../../contract/catalogue.ts'
import { centsOf } from '../shell/words.ts'

export interface ProductFields {
  readonly name: string
  readonly category: string
  readonly price: string
  readonly unitCost: string
}

export const noProduct: ProductFields = { name: '', category: '', price: '', unitCost: '' }

export type ProductErrors = Partial<Record<keyof ProductFields, string>>

export type CheckedProduct =
  | { readonly isGood: true; readonly body: ProductBody }
  | { readonly isGood: false; readonly errors: ProductErrors }

/** Checks what is typed for a product; the errors say how to mend it. */
export function productBody({ name, category, price, unitCost }: ProductFields): CheckedProduct {
  const priceCents = centsOf(price)
  const unitCostCents = unitCost.trim() === '' ? undefined : centsOf(unitCost)
  const errors: ProductErrors = {
    ...(name.trim() === '' ? { name: 'Write what you sell' } : {}),
    ...(priceCents === undefined ? { price: 'Dollars, such as 4.50' } : {}),
    ...(unitCost.trim() !== '' && unitCostCents === undefined
      ? { unitCost: 'Dollars, such as 1.80, or leave it out' }
      : {}),
  }
  if (priceCents === undefined || Object.keys(errors).length > 0) return { isGood: false, errors }
  return {
    isGood: true,
    body: {
      name: name.trim(),
      priceCents,
      ...(category.trim() === '' ? {} : { category: category.trim() }),
      ...(unitCostCents === undefined ? {} : { unitCostCents }),
    },
  }
}
