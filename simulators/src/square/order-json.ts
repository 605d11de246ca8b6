import type { Product } from '../world/vendors.ts'
import { squareId, variationId } from './object-ids.ts'

/** One product of an order. */
export interface OrderLine {
  readonly product: Product
  readonly quantity: number
}

/** The states in which the simulator's orders are. */
export type OrderState = 'COMPLETED' | 'CANCELED'

interface Money {
  readonly amount: number
  readonly currency: 'USD'
}

/** An order in the form of Square's API, with the fields that a sale at a counter has. */
export interface SquareOrder {
  readonly id: string
  readonly location_id: string
  readonly state: OrderState
  readonly created_at: string
  readonly updated_at: string
  readonly closed_at: string
  readonly version: number
  /** Absent when something came back. */
  readonly total_money?: Money
  /** Absent when something came back. */
  readonly line_items?: readonly {
    readonly catalog_object_id: string
    readonly name: string
    readonly quantity: string
    readonly total_money: Money
  }[]
  readonly [field: string]: unknown
}

interface OrderFacts {
  readonly id: string
  readonly locationId: string
  readonly lines: readonly OrderLine[]
  readonly state: OrderState
  readonly createdMs: number
  readonly closedMs: number
}

/** The API's form of an order. Money is in cents, quantities are decimal text, times are RFC 3339 in UTC. */
export function orderJson(facts: OrderFacts): SquareOrder {
  const { id, locationId, lines, state, createdMs, closedMs } = facts
  const total = usd(lines.reduce((sum, { product, quantity }) => sum + product.priceCents * quantity, 0))
  const [createdAt, closedAt] = [rfc3339(createdMs), rfc3339(closedMs)]
  return {
    id,
    location_id: locationId,
    line_items: lines.map((line, index) => lineItem(id, index, line)),
    created_at: createdAt,
    // The time at which an offline order arrives shows in no field: only overlapping searches find it.
    updated_at: closedAt,
    state,
    version: 4,
    total_tax_money: usd(0),
    total_discount_money: usd(0),
    total_tip_money: usd(0),
    total_money: total,
    closed_at: closedAt,
    ...(state === 'COMPLETED' ? { tenders: [tender(facts, total)] } : {}),
    total_service_charge_money: usd(0),
    net_amounts: {
      total_money: total,
      tax_money: usd(0),
      discount_money: usd(0),
      tip_money: usd(0),
      service_charge_money: usd(0),
    },
    source: { name: 'Point of Sale' },
    net_amount_due_money: usd(0),
  }
}

function lineItem(
  orderId: string,
  index: number,
  { product, quantity }: OrderLine,
): NonNullable<SquareOrder['line_items']>[number] {
  const gross = usd(product.priceCents * quantity)
  const fields = {
    uid: squareId(16, orderId, index),
    catalog_object_id: variationId(product),
    catalog_version: 1_699_284_000_000,
    quantity: String(quantity),
    name: product.name,
    variation_name: 'Regular',
    base_price_money: usd(product.priceCents),
    gross_sales_money: gross,
    total_tax_money: usd(0),
    total_discount_money: usd(0),
    total_money: gross,
    variation_total_price_money: gross,
    item_type: 'ITEM',
    total_service_charge_money: usd(0),
  }
  return fields
}

function tender({ id: orderId, locationId, createdMs }: OrderFacts, amount: Money): Record<string, unknown> {
  const id = squareId(22, 'tender', orderId)
  return {
    id,
    location_id: locationId,
    transaction_id: orderId,
    created_at: rfc3339(createdMs),
    amount_money: amount,
    type: 'CARD',
    payment_id: id,
  }
}

function usd(amount: number): Money {
  return { amount, currency: 'USD' }
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString()
}
