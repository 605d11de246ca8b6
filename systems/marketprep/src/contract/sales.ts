import { Type, type Static } from 'typebox'
import { Day, Id, Instant } from './common.ts'

/** A row of an import that cannot be taken. `line` counts from 1, the header is line 1. */
export const ImportFailure = Type.Object({
  line: Type.Integer(),
  column: Type.Union([Type.String({ examples: ['Qty'] }), Type.Null()]),
  value: Type.String({ maxLength: 200 }),
  reason: Type.String({ examples: ['must be a number above 0'] }),
})
export type ImportFailure = Static<typeof ImportFailure>

/** `all`: take the file only if every row is good. `good`: take the good rows. `check`: take nothing, say what would be. */
export const ImportMode = Type.Union([Type.Literal('all'), Type.Literal('good'), Type.Literal('check')])
export type ImportMode = Static<typeof ImportMode>

export const ImportQuery = Type.Object({
  mode: Type.Optional(ImportMode),
  /** The market where the sales of the file were made. */
  venueId: Type.Optional(Id),
})

export const ImportReport = Type.Object({
  mode: ImportMode,
  /** Whether rows were stored. */
  applied: Type.Boolean(),
  rowsRead: Type.Integer(),
  rowsGood: Type.Integer(),
  rowsFailed: Type.Integer(),
  /** Rows that were there already, from the same file or an overlapping one. */
  rowsKnown: Type.Integer(),
  productsCreated: Type.Integer(),
  firstDay: Type.Union([Day, Type.Null()]),
  lastDay: Type.Union([Day, Type.Null()]),
  /** The first 1,000 failures. */
  failures: Type.Array(ImportFailure, { maxItems: 1_000 }),
})
export type ImportReport = Static<typeof ImportReport>

export const SalesStats = Type.Object({
  days: Type.Integer(),
  from: Day,
  to: Day,
  unitsSold: Type.Number(),
  revenueCents: Type.Integer(),
  marketDays: Type.Integer(),
  byProduct: Type.Array(
    Type.Object({ productId: Id, name: Type.String(), units: Type.Number(), revenueCents: Type.Integer() }),
  ),
  byDay: Type.Array(Type.Object({ day: Day, units: Type.Number(), revenueCents: Type.Integer() })),
})
export type SalesStats = Static<typeof SalesStats>

export const SquareStatus = Type.Object({
  connected: Type.Boolean(),
  merchantName: Type.Union([Type.String(), Type.Null()]),
  lastSyncAt: Type.Union([Instant, Type.Null()]),
  /** `never`, `idle`, `running` or `failed`. */
  sync: Type.Union([
    Type.Literal('never'),
    Type.Literal('idle'),
    Type.Literal('running'),
    Type.Literal('failed'),
  ]),
  ordersSynced: Type.Integer(),
  note: Type.Union([Type.String(), Type.Null()]),
})
export type SquareStatus = Static<typeof SquareStatus>
