import type { CatalogObject, Location, Order, OrderLine, Variation } from './square-schemas.ts'

/** What Square's answers mean to MarketPrep. Money is in cents. */

export interface SquareTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly merchantId: string
  /** RFC 3339. */
  readonly expiresAt: string
}

export interface SquareLocation {
  readonly id: string
  readonly name: string
  readonly isActive: boolean
  readonly timeZone: string | undefined
  readonly place: { readonly latitude: number; readonly longitude: number } | undefined
}

/** One variation of an item: what an order line names. */
export interface SquareProduct {
  readonly variationId: string
  readonly itemId: string
  /** The item's name, with the variation's when the item has several. */
  readonly name: string
  readonly categoryId: string | undefined
  /** Undefined when the price is set at the sale. */
  readonly priceCents: number | undefined
  readonly isActive: boolean
}

export interface SquareCatalogPage {
  readonly products: readonly SquareProduct[]
  /** The names of categories by ID, of those on this page. */
  readonly categories: ReadonlyMap<string, string>
  readonly cursor: string | undefined
}

/** A product of an order. What came back is a line of its own, with quantity and total below 0. */
export interface SquareOrderLine {
  /** Undefined for an amount that was typed in at the counter. */
  readonly variationId: string | undefined
  readonly name: string
  readonly quantity: number
  readonly unitPriceCents: number | undefined
  readonly totalCents: number
}

export interface SquareOrder {
  readonly id: string
  readonly locationId: string
  /** When it was paid, RFC 3339. */
  readonly closedAt: string
  readonly lines: readonly SquareOrderLine[]
}

export interface SquareOrderPage {
  readonly orders: readonly SquareOrder[]
  readonly cursor: string | undefined
}

interface TokenFields {
  readonly access_token: string
  readonly refresh_token: string
  readonly merchant_id: string
  readonly expires_at: string
}

export function tokensOf(answer: TokenFields): SquareTokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    merchantId: answer.merchant_id,
    expiresAt: answer.expires_at,
  }
}

export function locationsOf(locations: readonly Location[]): readonly SquareLocation[] {
  return locations.map((location) => ({
    id: location.id,
    name: location.name ?? location.id,
    isActive: location.status !== 'INACTIVE',
    timeZone: location.timezone ?? undefined,
    place: location.coordinates ?? undefined,
  }))
}

export function catalogPage(
  objects: readonly CatalogObject[],
  cursor: string | null | undefined,
): SquareCatalogPage {
  const categories = objects.flatMap(({ id, type, category_data: data }) =>
    type === 'CATEGORY' && typeof data?.name === 'string' ? [[id, data.name] as const] : [],
  )
  return {
    products: objects.filter(({ type }) => type === 'ITEM').flatMap(productsOf),
    categories: new Map(categories),
    cursor: present(cursor),
  }
}

function productsOf(item: CatalogObject): readonly SquareProduct[] {
  const data = item.item_data
  const variations = data?.variations ?? []
  return variations.map((variation) => ({
    variationId: variation.id,
    itemId: item.id,
    name: nameOf(data?.name ?? item.id, variation, variations.length),
    categoryId: data?.reporting_category?.id ?? data?.category_id ?? undefined,
    priceCents: variation.item_variation_data.price_money?.amount,
    isActive: item.is_deleted !== true && variation.is_deleted !== true && data?.is_archived !== true,
  }))
}

function nameOf(itemName: string, variation: Variation, variations: number): string {
  const own = variation.item_variation_data.name
  return variations > 1 && (own ?? '') !== '' ? `${itemName} (${own})` : itemName
}

export function orderPage(orders: readonly Order[], cursor: string | null | undefined): SquareOrderPage {
  return { orders: orders.map(orderOf), cursor: present(cursor) }
}

function orderOf(order: Order): SquareOrder {
  const returned = (order.returns ?? []).flatMap((each) => each.return_line_items ?? [])
  return {
    id: order.id,
    locationId: order.location_id,
    closedAt: order.closed_at ?? order.created_at,
    lines: [
      ...(order.line_items ?? []).map((line) => lineOf(line, 1)),
      ...returned.map((line) => lineOf(line, -1)),
    ],
  }
}

function lineOf(line: OrderLine, sign: 1 | -1): SquareOrderLine {
  const quantity = Number(line.quantity)
  const unitPriceCents = line.base_price_money?.amount
  return {
    variationId: line.catalog_object_id ?? undefined,
    name: line.name ?? '',
    quantity: sign * quantity,
    unitPriceCents,
    totalCents: sign * (line.total_money?.amount ?? Math.round(quantity * (unitPriceCents ?? 0))),
  }
}

function present(cursor: string | null | undefined): string | undefined {
  return cursor === undefined || cursor === null || cursor === '' ? undefined : cursor
}
