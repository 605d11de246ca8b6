import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'

/** The parts of Square's answers that are used. Square adds fields at any time, so unknown ones are let through. */

const Money = Type.Object({ amount: Type.Integer(), currency: Type.String() })
const Cursor = Type.Optional(Type.String())

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
      business_name: Type.Optional(Type.String()),
      currency: Type.Optional(Type.String()),
    }),
  }),
)

const Location = Type.Object({
  id: Type.String(),
  name: Type.Optional(Type.String()),
  status: Type.Optional(Type.String()),
  timezone: Type.Optional(Type.String()),
  coordinates: Type.Optional(Type.Object({ latitude: Type.Number(), longitude: Type.Number() })),
})
export type Location = Static<typeof Location>

export const LocationsAnswer = Compile(Type.Object({ locations: Type.Optional(Type.Array(Location)) }))

const Variation = Type.Object({
  id: Type.String(),
  is_deleted: Type.Optional(Type.Boolean()),
  item_variation_data: Type.Object({
    name: Type.Optional(Type.String()),
    pricing_type: Type.Optional(Type.String()),
    price_money: Type.Optional(Money),
  }),
})
export type Variation = Static<typeof Variation>

const CatalogObject = Type.Object({
  type: Type.String(),
  id: Type.String(),
  is_deleted: Type.Optional(Type.Boolean()),
  item_data: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String()),
      is_archived: Type.Optional(Type.Boolean()),
      category_id: Type.Optional(Type.String()),
      reporting_category: Type.Optional(Type.Object({ id: Type.String() })),
      variations: Type.Optional(Type.Array(Variation)),
    }),
  ),
  category_data: Type.Optional(Type.Object({ name: Type.Optional(Type.String()) })),
})
export type CatalogObject = Static<typeof CatalogObject>

export const CatalogAnswer = Compile(
  Type.Object({ objects: Type.Optional(Type.Array(CatalogObject)), cursor: Cursor }),
)

const Order = Type.Object({
  id: Type.String({ minLength: 1 }),
  location_id: Type.String({ minLength: 1 }),
  state: Type.Optional(Type.String()),
  created_at: Type.String(),
  closed_at: Type.Optional(Type.String()),
  total_money: Type.Optional(Money),
  line_items: Type.Optional(
    Type.Array(
      Type.Object({
        uid: Type.Optional(Type.String()),
        catalog_object_id: Type.Optional(Type.String()),
        name: Type.Optional(Type.String()),
        quantity: Type.String({ pattern: String.raw`^\d{1,12}(\.\d{1,5})?$` }),
        base_price_money: Type.Optional(Money),
        total_money: Type.Optional(Money),
      }),
    ),
  ),
})
export type Order = Static<typeof Order>

export const OrdersAnswer = Compile(Type.Object({ orders: Type.Optional(Type.Array(Order)), cursor: Cursor }))
