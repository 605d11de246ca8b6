import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/**
 * The parts of Square's answers that are used. Square adds fields at any time, so unknown ones are let through; what it
 * documents as optional comes as null, too, such as the total of an order of returns.
 */

const maybe = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]))

const Money = Type.Object({ amount: Type.Integer(), currency: Type.String() })
const Cursor = maybe(Type.String())

export const TokenAnswer = Compile(
  Type.Object({
    access_token: Type.String({ minLength: 1 }),
    token_type: Type.String(),
    expires_at: Type.String({ minLength: 10 }),
    merchant_id: Type.String({ minLength: 1 }),
    refresh_token: Type.String({ minLength: 1 }),
  }),
)

export const RevokeAnswer = Compile(Type.Object({ success: Type.Literal(true) }))

export const MerchantAnswer = Compile(
  Type.Object({
    merchant: Type.Object({
      id: Type.String(),
      business_name: maybe(Type.String()),
      currency: maybe(Type.String()),
    }),
  }),
)

const Location = Type.Object({
  id: Type.String(),
  name: maybe(Type.String()),
  status: maybe(Type.String()),
  timezone: maybe(Type.String()),
  coordinates: maybe(Type.Object({ latitude: Type.Number(), longitude: Type.Number() })),
})
export type Location = Static<typeof Location>

export const LocationsAnswer = Compile(Type.Object({ locations: maybe(Type.Array(Location)) }))

const Variation = Type.Object({
  id: Type.String(),
  is_deleted: maybe(Type.Boolean()),
  item_variation_data: Type.Object({
    name: maybe(Type.String()),
    pricing_type: maybe(Type.String()),
    price_money: maybe(Money),
  }),
})
export type Variation = Static<typeof Variation>

const CatalogObject = Type.Object({
  type: Type.String(),
  id: Type.String(),
  is_deleted: maybe(Type.Boolean()),
  item_data: maybe(
    Type.Object({
      name: maybe(Type.String()),
      is_archived: maybe(Type.Boolean()),
      category_id: maybe(Type.String()),
      reporting_category: maybe(Type.Object({ id: Type.String() })),
      variations: maybe(Type.Array(Variation)),
    }),
  ),
  category_data: maybe(Type.Object({ name: maybe(Type.String()) })),
})
export type CatalogObject = Static<typeof CatalogObject>

export const CatalogAnswer = Compile(
  Type.Object({ objects: maybe(Type.Array(CatalogObject)), cursor: Cursor }),
)

const Quantity = Type.String({ pattern: String.raw`^\d{1,12}(\.\d{1,5})?$` })

const OrderLine = Type.Object({
  catalog_object_id: maybe(Type.String()),
  name: maybe(Type.String()),
  quantity: Quantity,
  base_price_money: maybe(Money),
  total_money: maybe(Money),
})
export type OrderLine = Static<typeof OrderLine>

const Order = Type.Object({
  id: Type.String({ minLength: 1 }),
  location_id: Type.String({ minLength: 1 }),
  state: maybe(Type.String()),
  created_at: Type.String(),
  closed_at: maybe(Type.String()),
  total_money: maybe(Money),
  line_items: maybe(Type.Array(OrderLine)),
  returns: maybe(Type.Array(Type.Object({ return_line_items: maybe(Type.Array(OrderLine)) }))),
})
export type Order = Static<typeof Order>

export const OrdersAnswer = Compile(Type.Object({ orders: maybe(Type.Array(Order)), cursor: Cursor }))
