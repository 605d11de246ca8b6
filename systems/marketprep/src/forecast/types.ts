/** What the forecast reads and answers. Dates are calendar days at the venue, 'YYYY-MM-DD'; money is in cents. */

/** The weather of one market day: measured for a past day, forecast for a coming one. */
export interface DayWeather {
  readonly temperatureMaxC: number
  readonly precipitationMm: number
  /** Chance of rain, 0 to 100. */
  readonly precipitationProbability?: number | undefined
  /** WMO weather code (table 4677), 0 to 99. */
  readonly code: number
}

/** The largest event near the venue on that day. */
export interface DayEvent {
  readonly attendance: number
}

/** One product on one market day at one venue, before its sales are known. */
export interface DayQuestion {
  readonly productId: string
  readonly category: string
  readonly venueId: string
  readonly date: string
  readonly priceCents: number
  readonly weather?: DayWeather | undefined
  readonly event?: DayEvent | undefined
}

/** The same with what was sold. There is one for each product, venue and day. */
export interface SaleDay extends DayQuestion {
  readonly quantity: number
}

/** What one unit brings and costs. */
export interface ProductEconomics {
  readonly priceCents: number
  /** What it costs to make or buy one. */
  readonly unitCostCents: number
  /** What is lost with each one left over: its cost less what it still brings, plus its disposal. */
  readonly wasteCostCents: number
}

/** What a part of a forecast comes from. */
export const reasonGroups = ['recent sales', 'season', 'weather', 'event', 'venue', 'price', 'trend'] as const
export type ReasonGroup = (typeof reasonGroups)[number]

export interface Reason {
  readonly group: ReasonGroup
  /** The strongest influence within the group, for people. */
  readonly label: string
  /** Units above (or below) the baseline, in tenths. */
  readonly units: number
}

export type ConfidenceLabel = 'high' | 'medium' | 'low'

/** The answer for one product on one market day. */
export interface Forecast {
  /** Expected demand, in tenths of a unit. */
  readonly expected: number
  /** The range that holds the sales on 4 of 5 days. */
  readonly interval80: readonly [low: number, high: number]
  /** How much to bring: see `stockQuantity`. */
  readonly quantity: number
  /** 0 to 1: see `confidenceOf`. */
  readonly confidence: number
  readonly confidenceLabel: ConfidenceLabel
  /** Usual sales of the product at the venue, in tenths. Baseline and the units of all reasons add up to `expected`. */
  readonly baseline: number
  readonly reasons: readonly Reason[]
}
