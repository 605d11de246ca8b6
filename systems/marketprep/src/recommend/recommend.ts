import type { Clock } from 'seaworthy/core'
import type { Scope } from 'seaworthy/service'
import type { Product } from '../contract/catalogue.ts'
import type { RecommendBody, RecommendationSet } from '../contract/recommendation.ts'
import {
  activeModelVersion,
  addDays,
  findSquareConnection,
  getVenue,
  listActiveProducts,
  salesHistory,
  salesStamp,
  saveRecommendationSet,
  type NewRecommendation,
} from '../data/index.ts'
import type { Forecast } from '../forecast/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Prediction, PredictionRequest } from '../models/predict.ts'
import { dayIn } from '../market-days.ts'
import type { Store } from '../store.ts'
import { weatherWords } from '../weather/weather-words.ts'
import { gatherIngredients, type Ingredients } from './ingredients.ts'
import { recommendError } from './recommend-errors.ts'
import { shownDependencies, sourceOf } from './source-notes.ts'
import { summarySentence } from './summary.ts'

/** How far back sales say something about a coming market day. */
const historyDays = 3 * 366
/** How far back the rule of thumb looks. */
const recentDays = 60
/** How far ahead a market day may lie. */
const horizonDays = 60

export interface RecommendOptions {
  readonly store: Store
  readonly dependencies: MarketprepDependencies
  readonly clock: Clock
}

interface Asked {
  readonly vendorId: string
  readonly body: RecommendBody
  readonly scope: Scope
  readonly signal?: AbortSignal | undefined
}

/** What to bring to one market day, from the vendor's sales, the weather and the events; stored for feedback later. */
export async function recommend(options: RecommendOptions, asked: Asked): Promise<RecommendationSet> {
  const { store, dependencies, clock } = options
  const { vendorId, body, scope, signal } = asked
  const { venue, square } = await store.vendor(
    vendorId,
    async (tx) => ({ venue: await getVenue(tx, body.venueId), square: await findSquareConnection(tx) }),
    { readOnly: true, signal },
  )
  const date = body.marketDate
  checkDate(date, dayIn(venue.timeZone, clock.wallTime()))
  const ingredients = await gatherIngredients(dependencies, {
    vendorId,
    venue,
    date,
    hasSquare: square !== undefined,
    signal,
  })
  const { products, ...known } = await store.vendor(
    vendorId,
    async (tx) => ({
      products: await listActiveProducts(tx),
      salesStamp: await salesStamp(tx),
      modelVersion: await activeModelVersion(tx),
    }),
    { readOnly: true, signal },
  )
  const loadSales: PredictionRequest['loadSales'] = (range, until) => {
    const from = addDays(date, range === 'all' ? -historyDays : -recentDays)
    return store.vendor(vendorId, (tx) => salesHistory(tx, from), { readOnly: true, signal: until })
  }
  const request = { vendorId, date, ...known, loadSales, products: questionsOf(products, body, ingredients) }
  const predicted = await dependencies.predict.with({ signal })(request)
  const set = {
    marketDate: body.marketDate,
    venueId: venue.id,
    serviceLevel: scope.level(),
    generatedAt: new Date(clock.wallTime()).toISOString(),
    ...answerOf(predicted.value, products, ingredients),
    summary: '',
    sources: scope
      .sources()
      .filter(({ dependency }) => shownDependencies.includes(dependency))
      .map((source) => sourceOf(source, venue.timeZone)),
  }
  const total = set.recommendations.reduce((sum, { quantity }) => sum + quantity, 0)
  const summary = summarySentence(body.marketDate, total, ingredients.weather)
  return store.vendor(vendorId, (tx) => saveRecommendationSet(tx, { ...set, summary }), { signal })
}

function checkDate(date: string, today: string): void {
  const last = addDays(today, horizonDays)
  if (date >= today && date <= last) return
  throw recommendError(
    'ERR_MARKET_DATE',
    `Cannot recommend for ${date}: the market date must be from ${today} to ${last}`,
    { details: { field: 'marketDate', first: today, last, received: date } },
  )
}

function questionsOf(
  products: readonly Product[],
  { venueId, marketDate: date }: RecommendBody,
  { weather, events }: Ingredients,
): PredictionRequest['products'] {
  const attendance = Math.max(0, ...events.map((event) => event.attendance))
  return products.map((product) => ({
    economics: product,
    question: {
      productId: product.id,
      category: product.category,
      venueId,
      date,
      priceCents: product.priceCents,
      weather: weather ?? undefined,
      event: attendance > 0 ? { attendance } : undefined,
    },
  }))
}

function answerOf(prediction: Prediction, products: readonly Product[], { weather, events }: Ingredients) {
  const recommendations = prediction.forecasts.flatMap((forecast, index) => {
    const product = products[index]
    return product === undefined ? [] : [recommendationOf(product, forecast)]
  })
  return {
    modelVersion: prediction.modelVersion,
    weather:
      weather === null
        ? null
        : {
            temperatureMaxC: weather.temperatureMaxC,
            precipitationMm: weather.precipitationMm,
            description: weatherWords(weather.code),
          },
    events: events.map(({ name, attendance }) => ({ name, attendance })),
    recommendations: recommendations.sort((a, b) => b.quantity - a.quantity),
  }
}

function recommendationOf(product: Product, forecast: Forecast): NewRecommendation {
  const [low, high] = forecast.interval80
  const sold = Math.min(forecast.expected, forecast.quantity)
  return {
    productId: product.id,
    productName: product.name,
    category: product.category,
    priceCents: product.priceCents,
    quantity: forecast.quantity,
    expectedDemand: forecast.expected,
    interval80: { low, high },
    confidence: forecast.confidence,
    confidenceLabel: forecast.confidenceLabel,
    baseline: forecast.baseline,
    reasons: [...forecast.reasons],
    expectedRevenueCents: Math.round(sold * product.priceCents),
  }
}
