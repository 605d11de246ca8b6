import { jsonResponse, type SimulatedResponse } from '../http/exchange.ts'
import type { Product, Vendor } from '../world/vendors.ts'
import { categoryId, itemId, squareId, variationId } from './object-ids.ts'
import { badField } from './square-error.ts'

const updatedAt = '2023-11-06T15:20:00.000Z'
const version = Date.parse(updatedAt)
const knownTypes = [
  'ITEM',
  'CATEGORY',
  'ITEM_VARIATION',
  'TAX',
  'DISCOUNT',
  'MODIFIER_LIST',
  'MODIFIER',
  'IMAGE',
]

/** GET /v2/catalog/list: a vendor's categories and items, a page at a time. */
export function listCatalog(vendor: Vendor, query: URLSearchParams, pageSize: number): SimulatedResponse {
  const types = (query.get('types') ?? 'ITEM,CATEGORY').split(',').map((type) => type.trim().toUpperCase())
  const unknown = types.find((type) => !knownTypes.includes(type))
  if (unknown !== undefined) {
    throw badField(
      'types',
      'INVALID_ENUM_VALUE',
      `\`${unknown.slice(0, 50)}\` is not a valid enum value for \`types\`.`,
    )
  }
  const objects = [...categories(vendor), ...vendor.products.map(item)].filter(({ type }) =>
    types.includes(type),
  )
  const start = readCursor(query.get('cursor'), types, objects.length)
  const page = objects.slice(start, start + pageSize)
  const next = start + pageSize
  return jsonResponse(200, {
    ...(page.length > 0 ? { objects: page } : {}),
    ...(next < objects.length ? { cursor: writeCursor(next, types) } : {}),
  })
}

function item(product: Product): { type: string; id: string } & Record<string, unknown> {
  const category = { id: categoryId(product.category), ordinal: 0 }
  return {
    ...head('ITEM', itemId(product)),
    item_data: {
      name: product.name,
      description: `${product.name} from our own farm and kitchen`,
      is_taxable: true,
      product_type: 'REGULAR',
      is_archived: false,
      categories: [category],
      reporting_category: category,
      variations: [
        {
          ...head('ITEM_VARIATION', variationId(product)),
          item_variation_data: {
            item_id: itemId(product),
            name: 'Regular',
            sku: squareId(8, 'sku', product.id),
            ordinal: 0,
            pricing_type: 'FIXED_PRICING',
            price_money: { amount: product.priceCents, currency: 'USD' },
            sellable: true,
            stockable: true,
          },
        },
      ],
    },
  }
}

function categories(vendor: Vendor): readonly ({ type: string } & Record<string, unknown>)[] {
  const names = [...new Set(vendor.products.map(({ category }) => category))]
  return names.map((name) => ({
    ...head('CATEGORY', categoryId(name)),
    category_data: { name, is_top_level: true },
  }))
}

function head(type: string, id: string): { type: string; id: string } & Record<string, unknown> {
  return { type, id, updated_at: updatedAt, version, is_deleted: false, present_at_all_locations: true }
}

function writeCursor(start: number, types: readonly string[]): string {
  return Buffer.from(JSON.stringify([start, types])).toString('base64url')
}

function readCursor(cursor: string | null, types: readonly string[], length: number): number {
  if (cursor === null || cursor === '') return 0
  for (let start = 0; start < length; start++) if (writeCursor(start, types) === cursor) return start
  throw badField('cursor', 'INVALID_CURSOR', 'The pagination cursor is not valid for this query.')
}
