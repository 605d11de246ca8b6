import type { FeedbackBody } from '../../contract/feedback.ts'
import { centsOf } from '../shell/words.ts'

/** What is typed in one row of the form. */
export interface ResultRow {
  readonly brought: string
  readonly sold: string
  readonly price: string
  readonly rating: number | null
}

export type ResultErrors = Partial<Record<'brought' | 'sold' | 'price', string>>

export type CheckedResult =
  | { readonly isGood: true; readonly body: FeedbackBody }
  | { readonly isGood: false; readonly errors: ResultErrors }

const unitsMax = 100_000
const unitsOf = (typed: string): number | undefined =>
  /^\d{1,6}$/.test(typed.trim()) && Number(typed) <= unitsMax ? Number(typed) : undefined

/** A row without a sold number is not part of the report. */
export const isFilled = (row: ResultRow): boolean => row.sold.trim() !== ''

/** Checks one row; the errors say how to mend it. */
export function checkResult(recommendationId: string, row: ResultRow): CheckedResult {
  const brought = unitsOf(row.brought)
  const sold = unitsOf(row.sold)
  const priceCents = row.price.trim() === '' ? undefined : centsOf(row.price)
  const errors: ResultErrors = {
    ...(brought === undefined ? { brought: 'Whole number, 0 or more' } : {}),
    ...(sold === undefined ? { sold: 'Whole number, 0 or more' } : {}),
    ...(sold !== undefined && brought !== undefined && sold > brought
      ? { sold: `At most ${brought}, as brought` }
      : {}),
    ...(row.price.trim() !== '' && priceCents === undefined ? { price: 'Dollars, such as 4.50' } : {}),
  }
  if (brought === undefined || sold === undefined || Object.keys(errors).length > 0)
    return { isGood: false, errors }
  return {
    isGood: true,
    body: {
      recommendationId,
      brought,
      sold,
      ...(priceCents === undefined ? {} : { priceCents }),
      ...(row.rating === null ? {} : { rating: row.rating }),
    },
  }
}
