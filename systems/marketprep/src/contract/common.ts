import { Type, type Static } from 'typebox'

/** What the pages and the API say to each other. Money is whole cents, days are `YYYY-MM-DD` in the venue's own zone. */

export const Id = Type.String({ format: 'uuid', examples: ['0190f3a2-7c1e-7a52-9d0e-3f6b8a1c2d4e'] })
export const Day = Type.String({ format: 'date', examples: ['2026-06-13'] })
export const Instant = Type.String({ format: 'date-time', examples: ['2026-06-12T10:42:00Z'] })
export const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000, examples: [450] })
export const Name = Type.String({
  minLength: 1,
  maxLength: 120,
  pattern: '\\S',
  examples: ['Heirloom tomatoes, 1 lb'],
})

export const ServiceLevel = Type.Union([
  Type.Literal('full'),
  Type.Literal('degraded'),
  Type.Literal('minimal'),
  Type.Literal('unavailable'),
])
export type ServiceLevel = Static<typeof ServiceLevel>

/** Where one ingredient of an answer came from. */
export const Source = Type.Object({
  dependency: Type.String({ examples: ['weather'] }),
  /** `live`, or the name of the fallback that answered. */
  source: Type.String({ examples: ['live', 'last-good', 'climate normals', 'none', 'heuristic'] }),
  asOf: Instant,
  degraded: Type.Boolean(),
  /** Since when the dependency has not answered; null while it does. */
  unavailableSince: Type.Union([Instant, Type.Null()]),
  /** A plain sentence for people; null when live. */
  note: Type.Union([
    Type.String({ examples: ['Weather: climate normals, forecast unavailable since 10:42'] }),
    Type.Null(),
  ]),
})
export type Source = Static<typeof Source>

/** One page of a list; hand `nextCursor` back to get the next. */
export const Page = <T extends Parameters<typeof Type.Array>[0]>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) })
