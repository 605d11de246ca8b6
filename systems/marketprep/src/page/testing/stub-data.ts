import type { Session } from '../../contract/account.ts'
import type { Source } from '../../contract/common.ts'
import type { Product, Venue } from '../../contract/catalogue.ts'
import type { Feedback, FeedbackStats } from '../../contract/feedback.ts'
import type { MarketDay, Recommendation, RecommendationSet } from '../../contract/recommendation.ts'
import type { ImportReport, SalesStats, SquareStatus } from '../../contract/sales.ts'

/** The moment at which the stub stands still: a Friday, 10:54 in Chicago. */
export const stubNow = '2026-06-12T15:54:00Z'
export const stubSecret = { email: 'rosa@example.com', password: 'heirloom tomatoes' }

const id = (group: number, index: number): string =>
  `0190f3a2-${String(group).padStart(4, '0')}-7a52-9d0e-${String(index).padStart(12, '0')}`

export const stubSession: Session = {
  accessToken: 'stub-token',
  expiresInSeconds: 900,
  vendor: {
    id: id(1, 1),
    businessName: "Rosa's Garden",
    email: stubSecret.email,
    role: 'vendor',
    squareConnected: true,
  },
}

const venue = (index: number, name: string, marketWeekdays: number[]): Venue => ({
  id: id(2, index),
  name,
  latitude: 41.88,
  longitude: -87.63,
  timeZone: 'America/Chicago',
  marketWeekdays,
  isActive: true,
})
export const stubVenues: readonly Venue[] = [
  venue(1, 'Riverside', [6]),
  venue(2, 'Lincoln Square', [2, 4]),
  venue(3, 'Hyde Park', [0]),
]

/** Name, category, price, baseline, units of rain, weekday, season, event; low and high. */
const rows = [
  ['Heirloom tomatoes, 1 lb', 'Vegetables', 450, 22.4, -3.1, 6.2, 2.4, 1.9, 24, 38],
  ['Sweet corn, 4 ears', 'Vegetables', 400, 19.8, -2.6, 4.4, 3.1, 1.2, 20, 34],
  ['Strawberries, pint', 'Fruit', 600, 16.1, -2.9, 3.9, 4.8, 1.4, 18, 31],
  ['Sourdough loaf', 'Bakery', 850, 15.2, -0.8, 2.1, -0.4, 0.9, 13, 22],
  ['Basil, bunch', 'Herbs', 300, 12.6, -1.2, 1.8, 1.1, 0.3, 10, 20],
  ['Free-range eggs, dozen', 'Eggs and dairy', 700, 11.9, -0.4, 1.2, 0.2, 0.5, 10, 18],
  ['Wildflower honey, 12 oz', 'Preserves', 1200, 5.3, -0.6, 0.7, 0.1, 0.6, 3, 10],
  ['Sunflower bouquet', 'Flowers', 1500, 6.8, -1.9, 1.6, 0.8, 0.4, 4, 12],
] as const

export const stubProducts: readonly Product[] = rows.map(([name, category, priceCents], index) => ({
  id: id(3, index + 1),
  name,
  category,
  priceCents,
  unitCostCents: Math.round(priceCents * 0.4),
  wasteCostCents: Math.round(priceCents * 0.3),
  isActive: true,
}))

const recommendation = (row: (typeof rows)[number], index: number): Recommendation => {
  const [productName, category, priceCents, baseline, rain, weekday, season, event, low, high] = row
  const expectedDemand = baseline + rain + weekday + season + event
  const confidence = [0.86, 0.84, 0.71, 0.88, 0.66, 0.9, 0.42, 0.55][index] ?? 0.5
  return {
    id: id(4, index + 1),
    productId: id(3, index + 1),
    productName,
    category,
    priceCents,
    quantity: Math.round(expectedDemand + 1.6),
    expectedDemand,
    interval80: { low, high },
    confidence,
    confidenceLabel: confidence > 0.8 ? 'high' : confidence > 0.6 ? 'medium' : 'low',
    baseline,
    reasons: [
      { group: 'weather', label: 'Rain likely (12 mm)', units: rain },
      { group: 'weekday', label: 'Saturday', units: weekday },
      { group: 'season', label: 'Mid June', units: season },
      { group: 'event', label: 'Riverside Jazz (2,500 people)', units: event },
    ],
    expectedRevenueCents: Math.round(expectedDemand * priceCents),
    feedbackGiven: false,
  }
}

const source = (dependency: string, name = 'live', note: string | null = null): Source => ({
  dependency,
  source: name,
  asOf: name === 'live' ? '2026-06-12T15:53:00Z' : '2026-06-12T12:10:00Z',
  degraded: name !== 'live',
  unavailableSince: name === 'live' ? null : '2026-06-12T15:42:00Z',
  note,
})

const live = ['square', 'weather', 'events', 'model'].map((dependency) => source(dependency))
const degraded = [
  source('square', 'last-good', 'Square: sales as of 07:10, Square does not answer since 10:42'),
  source('weather', 'climate normals', 'Weather: climate normals, forecast unavailable since 10:42'),
  source('events', 'none', 'Events: none taken into account, calendar unavailable since 10:42'),
  source('model', 'heuristic', 'Forecast: simple averages, the trained model cannot be read'),
]

export function stubSet(marketDate: string, venueId: string, isDegraded: boolean): RecommendationSet {
  const recommendations = rows.map(recommendation)
  const total = recommendations.reduce((sum, { quantity }) => sum + quantity, 0)
  return {
    marketDate,
    venueId,
    venueName: stubVenues.find((each) => each.id === venueId)?.name ?? 'Riverside',
    serviceLevel: isDegraded ? 'degraded' : 'full',
    summary: `Saturday: bring ${total} items, rain likely.`,
    generatedAt: '2026-06-12T15:53:30Z',
    modelVersion: isDegraded ? null : '2026-06-08',
    weather: { temperatureMaxC: 19.4, precipitationMm: 12, description: 'Rain' },
    events: isDegraded ? [] : [{ name: 'Riverside Jazz', attendance: 2500 }],
    sources: isDegraded ? degraded : live,
    recommendations,
  }
}

export const stubDays: readonly MarketDay[] = (
  [
    ['2026-06-13', 0],
    ['2026-06-14', 2],
    ['2026-06-16', 1],
    ['2026-06-18', 1],
    ['2026-06-20', 0],
    ['2026-06-27', 0],
    ['2026-07-04', 0],
  ] as const
).map(([date, index]) => ({ date, venueId: id(2, index + 1), venueName: stubVenues[index]?.name ?? '' }))

export const stubFeedback: readonly Feedback[] = rows
  .slice(0, 5)
  .map(([productName, , priceCents, baseline], index) => ({
    id: id(5, index + 1),
    recommendationId: id(6, index + 1),
    productName,
    marketDate: '2026-06-06',
    recommended: Math.round(baseline + 4),
    expectedDemand: baseline + 2.5,
    brought: Math.round(baseline + 4),
    sold: Math.round(baseline + [1, 4, 2, 0, 3][index]!),
    priceCents,
    rating: [4, 5, null, 3, 4][index] ?? null,
    comment: null,
    variancePercent: [-6.0, 6.7, -2.7, -14.1, 3.3][index] ?? null,
    submittedAt: '2026-06-06T20:10:00Z',
  }))

export const stubFeedbackStats: FeedbackStats = {
  total: 86,
  averageRating: 4.1,
  wapePercent: 21.8,
  intervalCoveragePercent: 79.1,
  overstockPercent: 12.4,
  understockPercent: 5.2,
}

export const stubSales: SalesStats = {
  days: 30,
  from: '2026-05-13',
  to: '2026-06-11',
  unitsSold: 1834,
  revenueCents: 1_021_250,
  marketDays: 13,
  byProduct: rows.map(([name, , priceCents, baseline], index) => ({
    productId: id(3, index + 1),
    name,
    units: Math.round(baseline * 13),
    revenueCents: Math.round(baseline * 13) * priceCents,
  })),
  byDay: Array.from({ length: 13 }, (_, index) => ({
    day: new Date(Date.UTC(2026, 4, 14 + index * 2)).toISOString().slice(0, 10),
    units: 120 + ((index * 37) % 60),
    revenueCents: 68_000 + ((index * 37) % 60) * 500,
  })),
}

export const stubSquare = (connected: boolean): SquareStatus => ({
  connected,
  merchantName: connected ? "Rosa's Garden LLC" : null,
  lastSyncAt: connected ? '2026-06-12T15:40:00Z' : null,
  sync: connected ? 'idle' : 'never',
  ordersSynced: connected ? 4120 : 0,
  note: null,
})

export const stubImport = (mode: ImportReport['mode'], hasFailures: boolean): ImportReport => ({
  mode,
  applied: mode !== 'check' && !(mode === 'all' && hasFailures),
  rowsRead: 5216,
  rowsGood: hasFailures ? 5213 : 5216,
  rowsFailed: hasFailures ? 3 : 0,
  rowsKnown: 0,
  productsCreated: 8,
  firstDay: '2024-06-15',
  lastDay: '2026-06-06',
  failures: hasFailures
    ? [
        { line: 212, column: 'Qty', value: 'two', reason: 'must be a number above 0' },
        { line: 1408, column: 'Date', value: '31/02/2025', reason: 'must be a day such as 2025-02-28' },
        {
          line: 3977,
          column: null,
          value: 'Basil, bunch',
          reason: 'must have 14 columns, has 1: the row is cut off',
        },
      ]
    : [],
})
