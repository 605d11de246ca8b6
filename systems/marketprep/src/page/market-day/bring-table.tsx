import { Fragment, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Recommendation } from '../../contract/recommendation.ts'
import { Button } from '../look/look.ts'
import { units } from '../shell/words.ts'
import { Confidence } from './confidence.tsx'
import { RangeMark } from './range-mark.tsx'
import { type SortColumn, type Sorting } from './sorting.ts'

export interface BringListProps {
  readonly items: readonly Recommendation[]
  readonly selectedId: string | undefined
  /** The address that selects a product. */
  readonly hrefOf: (id: string) => string
  /** The reasons of the selected product, where they stand in the list itself. */
  readonly inlineWhy: ReactNode
}

interface BringTableProps extends BringListProps {
  readonly sorting: Sorting
  readonly onSort: (column: SortColumn) => void
}

const columns: readonly {
  readonly id: SortColumn | 'range'
  readonly name: string
  readonly isNumber: boolean
}[] = [
  { id: 'productName', name: 'Product', isNumber: false },
  { id: 'quantity', name: 'Bring', isNumber: true },
  { id: 'expectedDemand', name: 'Expected', isNumber: true },
  { id: 'range', name: 'Likely, 8 of 10 days', isNumber: false },
  { id: 'confidence', name: 'Confidence', isNumber: false },
]

function Heading({
  column,
  sorting,
  onSort,
}: Pick<BringTableProps, 'sorting' | 'onSort'> & { readonly column: (typeof columns)[number] }) {
  const { id, name, isNumber } = column
  const className = isNumber ? 'number' : undefined
  if (id === 'range') return <th scope="col">{name}</th>
  const isSorted = sorting.column === id
  const arrow = sorting.descending ? '\u2193' : '\u2191'
  return (
    <th
      scope="col"
      className={className}
      aria-sort={isSorted ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
    >
      <Button tone="quiet" onPress={() => onSort(id)}>
        {name}
        <span aria-hidden="true" className="sort-arrow">
          {isSorted ? arrow : ''}
        </span>
      </Button>
    </th>
  )
}

function Row({
  item,
  max,
  isSelected,
  href,
}: {
  readonly item: Recommendation
  readonly max: number
  readonly isSelected: boolean
  readonly href: string
}) {
  const { low, high } = item.interval80
  return (
    <tr className={isSelected ? 'bring-row is-selected' : 'bring-row'}>
      <th scope="row">
        <Link href={href} aria-current={isSelected ? 'true' : undefined}>
          {item.productName}
        </Link>
        <div className="soft small">{item.category}</div>
      </th>
      <td className="number bring">{item.quantity}</td>
      <td className="number">{units(item.expectedDemand)}</td>
      <td>
        <div className="range">
          <span className="tabular">
            {low}–{high}
          </span>
          <RangeMark low={low} high={high} expected={item.expectedDemand} max={max} />
        </div>
      </td>
      <td>
        <Confidence item={item} />
      </td>
    </tr>
  )
}

export function BringTable({ items, selectedId, hrefOf, inlineWhy, sorting, onSort }: BringTableProps) {
  const max = Math.max(1, ...items.map(({ interval80 }) => interval80.high))
  return (
    <table className="table bring-table">
      <caption className="unseen">What to bring, per product</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <Heading key={column.id} column={column} sorting={sorting} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => {
          const isSelected = item.productId === selectedId
          return (
            <Fragment key={item.id}>
              <Row item={item} max={max} isSelected={isSelected} href={hrefOf(item.productId)} />
              {isSelected && inlineWhy !== null ? (
                <tr className="why-row">
                  <td colSpan={columns.length}>{inlineWhy}</td>
                </tr>
              ) : null}
            </Fragment>
          )
        })}
      </tbody>
    </table>
  )
}
