import { Type, type Static } from 'typebox'
import { Cents, Id, Name } from './common.ts'
import { isTimeZone } from './time-zone.ts'

export const Product = Type.Object({
  id: Id,
  name: Name,
  category: Type.String({ maxLength: 60, examples: ['Vegetables'] }),
  priceCents: Cents,
  /** What one unit costs the vendor to make or buy. */
  unitCostCents: Cents,
  /** What one unsold unit loses: its cost less what it still brings. */
  wasteCostCents: Cents,
  isActive: Type.Boolean(),
})
export type Product = Static<typeof Product>

export const ProductBody = Type.Object(
  {
    name: Name,
    category: Type.Optional(Type.String({ maxLength: 60 })),
    priceCents: Cents,
    unitCostCents: Type.Optional(Cents),
    wasteCostCents: Type.Optional(Cents),
    isActive: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type ProductBody = Static<typeof ProductBody>
export const ProductPatch = Type.Partial(ProductBody, { additionalProperties: false, minProperties: 1 })
export type ProductPatch = Static<typeof ProductPatch>

export const Weekday = Type.Integer({ minimum: 0, maximum: 6, description: '0 is Sunday' })

export const Venue = Type.Object({
  id: Id,
  name: Name,
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
  timeZone: Type.String({ examples: ['America/Chicago'] }),
  marketWeekdays: Type.Array(Weekday, { maxItems: 7, uniqueItems: true }),
  isActive: Type.Boolean(),
})
export type Venue = Static<typeof Venue>

const TimeZone = Type.Refine(
  Type.String({ maxLength: 60, examples: ['America/Chicago'] }),
  isTimeZone,
  () => 'must be the name of an IANA time zone, such as America/Chicago',
)

export const VenueBody = Type.Object(
  {
    name: Name,
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
    timeZone: TimeZone,
    marketWeekdays: Type.Array(Weekday, { maxItems: 7, uniqueItems: true }),
  },
  { additionalProperties: false },
)
export type VenueBody = Static<typeof VenueBody>
