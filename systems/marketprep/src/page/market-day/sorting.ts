import type { Recommendation } from '../../contract/recommendation.ts'

export type SortColumn = 'productName' | 'quantity' | 'expectedDemand' | 'confidence'

export interface Sorting {
  readonly column: SortColumn
  readonly descending: boolean
}

/** A new column starts with its useful end: names from A, numbers from the largest. The same again turns round. */
export const nextSorting = (last: Sorting, column: SortColumn): Sorting =>
  last.column === column
    ? { column, descending: !last.descending }
    : { column, descending: column !== 'productName' }

export function sorted(
  items: readonly Recommendation[],
  { column, descending }: Sorting,
): readonly Recommendation[] {
  const way = descending ? -1 : 1
  return items.toSorted((a, b) => {
    const [first, second] = [a[column], b[column]]
    const order =
      typeof first === 'string' && typeof second === 'string'
        ? first.localeCompare(second)
        : Number(first) - Number(second)
    return way * order || a.productName.localeCompare(b.productName)
  })
}
