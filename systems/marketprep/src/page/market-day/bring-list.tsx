import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Recommendation } from '../../contract/recommendation.ts'
import { useMedia } from '../look/look.ts'
import { useKey } from '../shell/keys.ts'
import { BringCards } from './bring-cards.tsx'
import { BringTable } from './bring-table.tsx'
import { nextSorting, sorted, type Sorting } from './sorting.ts'
import { Why } from './why.tsx'

export interface BringProps {
  readonly items: readonly Recommendation[]
  readonly productId: string | null
  readonly hrefOf: (productId: string) => string
}

/** The list: a table with the reasons beside it, below the row on a tablet, and cards on a phone. */
export function BringList({ items, productId, hrefOf }: BringProps) {
  const isPhone = useMedia('(width < 768px)')
  const hasPane = useMedia('(width >= 1100px)')
  const [asTable, setAsTable] = useState(false)
  const [sorting, setSorting] = useState<Sorting>({ column: 'quantity', descending: true })
  const [, go] = useLocation()
  const rows = sorted(items, sorting)
  const selected = rows.find((item) => item.productId === productId) ?? (isPhone ? undefined : rows[0])
  const move = (steps: number) => {
    const index = selected === undefined ? -1 : rows.indexOf(selected)
    const next = rows[Math.min(rows.length - 1, Math.max(0, index + steps))]
    if (next !== undefined) go(hrefOf(next.productId), { replace: true })
  }
  useKey('j', 'Next product', () => move(1))
  useKey('k', 'Product before', () => move(-1))
  useKey('t', 'Reasons as table or chart', () => setAsTable(!asTable))

  const why =
    selected === undefined ? null : (
      <Why item={selected} asTable={asTable} onToggle={() => setAsTable(!asTable)} />
    )
  const list = { items: rows, selectedId: selected?.productId, hrefOf, inlineWhy: hasPane ? null : why }
  if (isPhone) return <BringCards {...list} />
  const onSort = (column: Sorting['column']) => setSorting(nextSorting(sorting, column))
  return (
    <div className="bring-split">
      <BringTable {...list} sorting={sorting} onSort={onSort} />
      {hasPane ? <div className="card bring-pane">{why}</div> : null}
    </div>
  )
}
