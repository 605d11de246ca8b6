import { squareId } from './object-ids.ts'
import type { SquareOrder } from './order-json.ts'

/**
 * The order by which one piece of the first product of a sale comes back. It is a completed order of its own, which has
 * `returns` in place of line items and no total: whoever adds up line items alone does not see it.
 */
export function returnJson(sale: SquareOrder, closedMs: number): SquareOrder {
  const [line] = sale.line_items ?? []
  const cents = line === undefined ? 0 : line.total_money.amount / Number(line.quantity)
  const at = new Date(closedMs).toISOString()
  const amounts = { total_money: { amount: cents, currency: 'USD' } }
  return {
    id: squareId(22, 'return', sale.id),
    location_id: sale.location_id,
    created_at: at,
    updated_at: at,
    closed_at: at,
    state: 'COMPLETED',
    version: 2,
    returns: [
      {
        uid: squareId(16, 'return', sale.id, 0),
        source_order_id: sale.id,
        return_line_items: [{ ...line, quantity: '1', total_money: amounts.total_money }],
        return_amounts: amounts,
      },
    ],
    return_amounts: amounts,
    net_amounts: { total_money: { amount: -cents, currency: 'USD' } },
    source: { name: 'Point of Sale' },
  }
}
