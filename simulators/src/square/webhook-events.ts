import { seededRandom } from 'seaworthy/core'
import type { Vendor } from '../world/vendors.ts'
import type { BookedOrder } from './order-book.ts'
import { squareId } from './object-ids.ts'

/** One notification, ready to be sent. */
export interface WebhookEvent {
  readonly type: string
  readonly body: string
}

/**
 * The notifications of orders that Square has come to know of. A sale at a counter is announced by its payment. Some
 * come twice with the same `event_id`, and their order is not that of the sales, as receivers must expect.
 */
export function webhookEvents(vendor: Vendor, orders: readonly BookedOrder[]): readonly WebhookEvent[] {
  const events = orders
    .filter(({ order }) => order.state === 'COMPLETED' && order.total_money !== undefined)
    .flatMap((booked) =>
      ['payment.created', 'payment.updated'].map((type) => paymentEvent(vendor, booked, type)),
    )
  const random = seededRandom(`webhooks/${vendor.merchantId}/${orders[0]?.order.id ?? ''}`)
  const withTwins = events.flatMap((event) => (random.next() < 0.1 ? [event, event] : [event]))
  return withTwins
    .map((event, index) => ({ event, rank: index + (random.next() < 0.2 ? random.integer(1, 4) : 0) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ event }) => event)
}

function paymentEvent(vendor: Vendor, { order, visibleMs }: BookedOrder, type: string): WebhookEvent {
  const id = squareId(22, 'tender', order.id)
  const body = {
    merchant_id: vendor.merchantId,
    location_id: order.location_id,
    type,
    event_id: eventId(type, order.id),
    created_at: new Date(visibleMs).toISOString(),
    data: {
      type: 'payment',
      id,
      object: {
        payment: {
          id,
          created_at: order.created_at,
          updated_at: order.updated_at,
          amount_money: order.total_money,
          total_money: order.total_money,
          approved_money: order.total_money,
          status: type === 'payment.created' ? 'APPROVED' : 'COMPLETED',
          source_type: 'CARD',
          location_id: order.location_id,
          order_id: order.id,
          version: type === 'payment.created' ? 0 : 1,
        },
      },
    },
  }
  return { type, body: JSON.stringify(body) }
}

function eventId(type: string, orderId: string): string {
  const text = squareId(32, 'event', type, orderId).toLowerCase()
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  )
}
