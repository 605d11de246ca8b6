import type { Feedback } from '../../contract/feedback.ts'
import { useMedia } from '../look/look.ts'
import { shortDay, signed, units } from '../shell/words.ts'

const variance = (value: number | null): string => (value === null ? '\u2013' : `${signed(value)} %`)

/** The reports given so far, as the server lists them. */
export function PastResults({ items }: { readonly items: readonly Feedback[] }) {
  return useMedia('(width < 768px)') ? <PastCards items={items} /> : <PastTable items={items} />
}

function PastCards({ items }: { readonly items: readonly Feedback[] }) {
  return (
    <ul className="line-cards">
      {items.map((item) => (
        <li key={item.id}>
          <span className="line-card-head">
            <strong>{item.productName}</strong>
            <span className="soft">{shortDay(item.marketDate)}</span>
          </span>
          <span className="line-card-head">
            <span>
              Sold {item.sold} of {item.brought}, expected {units(item.expectedDemand)}
            </span>
            <span className="number">{variance(item.variancePercent)}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

function PastTable({ items }: { readonly items: readonly Feedback[] }) {
  return (
    <table className="table past-results">
      <thead>
        <tr>
          <th scope="col">Product</th>
          <th scope="col">Day</th>
          <th scope="col" className="number">
            Expected
          </th>
          <th scope="col" className="number">
            Brought
          </th>
          <th scope="col" className="number">
            Sold
          </th>
          <th scope="col" className="number">
            Sold against expected
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <th scope="row">{item.productName}</th>
            <td>{shortDay(item.marketDate)}</td>
            <td className="number">{units(item.expectedDemand)}</td>
            <td className="number">{item.brought}</td>
            <td className="number">{item.sold}</td>
            <td className="number">{variance(item.variancePercent)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
