import { weekdayOf, yearAngle } from './calendar.ts'
import type { DayQuestion, ReasonGroup } from './types.ts'

/** What the linear part of the model is made of: terms of the day, each with a weight in several scopes. */

/** The mean temperature on a day of the year: a + b sin(angle) + c cos(angle), in degrees C. */
export type SeasonalNorm = readonly [a: number, b: number, c: number]

/** What zero means for the terms: an average day. */
export interface TermCentres {
  readonly norm: SeasonalNorm
  /** Mean of the rain term. */
  readonly rain: number
  /** The middle of the days trained from, and the last of them. */
  readonly middleDay: number
  readonly lastDay: number
}

/** One term: its name for people, and the group of reasons it belongs to. */
export interface Term {
  readonly name: string
  readonly group: ReasonGroup
}

/** The first is the level; the others are zero on an average day. */
export const terms = [
  { name: 'usual sales', group: 'recent sales' },
  { name: 'time of year', group: 'season' },
  { name: 'time of year', group: 'season' },
  { name: 'time of year', group: 'season' },
  { name: 'time of year', group: 'season' },
  { name: 'warmer or colder than usual', group: 'weather' },
  { name: 'rain', group: 'weather' },
  { name: 'event nearby', group: 'event' },
  { name: 'price against its usual', group: 'price' },
  { name: 'growth', group: 'trend' },
] as const satisfies readonly Term[]

/** A set of questions that share weights: all, one category, one product at one venue, and so on. */
export interface Scope {
  readonly kind: ScopeKind
  readonly key: string
}

/** The kinds of scope: those that weigh every term, then those that have a level only. */
export const fullScopes = ['all', 'category', 'product'] as const
export const levelScopes = ['weekday', 'venue', 'slot', 'pair'] as const
export type ScopeKind = (typeof fullScopes)[number] | (typeof levelScopes)[number]

export function isFullScope(kind: ScopeKind): boolean {
  return kind === 'all' || kind === 'category' || kind === 'product'
}

/** The scopes of a question, widest first; a slot is a weekday at a venue. */
export function scopesOf(question: DayQuestion, day: number): readonly Scope[] {
  const { category, productId, venueId } = question
  const weekday = weekdayOf(day)
  return [
    scope('all'),
    scope('category', category),
    scope('product', productId),
    scope('weekday', weekday),
    scope('venue', venueId),
    scope('slot', venueId, weekday),
    scope('pair', productId, venueId),
  ]
}

/** The key of a scope's weights: JSON, so that no two scopes share one whatever the identifiers are. */
export function scope(kind: ScopeKind, ...ids: readonly (string | number)[]): Scope {
  return { kind, key: JSON.stringify([kind, ...ids]) }
}

/** What the values of the terms are measured against. */
export interface TermContext {
  readonly centres: TermCentres
  /** Of the product; undefined when not known. */
  readonly usualPriceCents: number | undefined
}

const growthDaysBeyond = 180

/**
 * The values of all terms. What is unknown counts as average.
 */
export function termValues(
  question: DayQuestion,
  day: number,
  { centres, usualPriceCents }: TermContext,
): Float64Array {
  const angle = yearAngle(day)
  const { weather } = question
  const hasPrices = usualPriceCents !== undefined && usualPriceCents > 0 && question.priceCents > 0
  // Growth is not carried on for ever: what lies far beyond the days trained from is not known.
  const until = Math.min(day, centres.lastDay + growthDaysBeyond)
  return Float64Array.of(
    1,
    Math.sin(angle),
    Math.cos(angle),
    Math.sin(2 * angle),
    Math.cos(2 * angle),
    weather === undefined ? 0 : (weather.temperatureMaxC - seasonalNormOf(centres.norm, day)) / 10,
    weather === undefined ? 0 : rainTerm(weather.precipitationMm) - centres.rain,
    Math.log1p((question.event?.attendance ?? 0) / 100) / 3,
    hasPrices ? Math.log(question.priceCents / usualPriceCents) : 0,
    (until - centres.middleDay) / 365,
  )
}

/** Ten millimetres keep as many people at home as twenty do, nearly. */
export function rainTerm(precipitationMm: number): number {
  return Math.log1p(Math.min(precipitationMm, 20)) / 2
}

/** The usual temperature of the day. */
export function seasonalNormOf([a, b, c]: SeasonalNorm, day: number): number {
  const angle = yearAngle(day)
  return a + b * Math.sin(angle) + c * Math.cos(angle)
}
