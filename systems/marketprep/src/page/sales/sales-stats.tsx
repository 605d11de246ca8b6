import type { SalesStats } from '../../contract/sales.ts'
import { count, roundMoney } from '../shell/words.ts'

const shownMax = 10

/** The best-selling products, each with a bar from zero. */
export function SalesByProduct({ stats }: { readonly stats: SalesStats }) {
  const rows = stats.byProduct.toSorted((a, b) => b.revenueCents - a.revenueCents).slice(0, shownMax)
  const max = Math.max(1, ...rows.map(({ revenueCents }) => revenueCents))
  return (
    <table className="table sales-table">
      <caption className="unseen">Sales of the last {stats.days} days by product</caption>
      <thead>
        <tr>
          <th scope="col">Product</th>
          <th scope="col" className="number">
            Units
          </th>
          <th scope="col" className="number">
            Takings
          </th>
          <th scope="col" className="sales-bar-head">
            <span className="unseen">Share of the best</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ productId, name, units, revenueCents }) => (
          <tr key={productId}>
            <th scope="row">{name}</th>
            <td className="number">{count(units)}</td>
            <td className="number">{roundMoney(revenueCents)}</td>
            <td>
              <svg className="sales-bar" aria-hidden="true">
                <rect height="10" y="3" width={`${((100 * revenueCents) / max).toFixed(1)}%`} />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
