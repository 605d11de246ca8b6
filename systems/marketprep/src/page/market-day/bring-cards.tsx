import './bring-cards.css'
import { Link } from 'wouter'
import { signed, units } from '../shell/words.ts'
import { type BringListProps } from './bring-table.tsx'
import { Confidence } from './confidence.tsx'
import { mainReason } from './reason-steps.ts'

/** The rows of the table as cards, for a phone. */
export function BringCards({ items, selectedId, hrefOf, inlineWhy }: BringListProps) {
  return (
    <ul className="bring-cards">
      {items.map((item) => {
        const isSelected = item.productId === selectedId
        const reason = mainReason(item)
        return (
          <li key={item.id} className="bring-card">
            <div className="bring-card-head">
              <h2>{item.productName}</h2>
              <span className="bring">
                <span className="bring-word">bring </span>
                {item.quantity}
              </span>
            </div>
            <div className="bring-card-line">
              <span className="soft">
                Expect {units(item.expectedDemand)}, likely {item.interval80.low}–{item.interval80.high}
              </span>
              <Confidence item={item} />
            </div>
            <Link
              href={isSelected ? hrefOf('') : hrefOf(item.productId)}
              className="bring-card-why"
              aria-expanded={isSelected}
              role="button"
            >
              <span className="reason-label">
                {reason === undefined ? 'A day like any other' : `${reason.label} ${signed(reason.units)}`}
              </span>
              <span>
                {isSelected ? 'Close' : 'Why'}
                <span className="unseen"> {item.productName}</span>
              </span>
            </Link>
            {isSelected ? inlineWhy : null}
          </li>
        )
      })}
    </ul>
  )
}
