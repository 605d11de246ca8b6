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
  type MarketprepTransaction,
  type NewRecommendation,
  type NewRecommendationSet,
} from '../data/index.ts'
import type { Forecast } from '../forecast/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Prediction, PredictionRequest } from '../models/predict.ts'
import { dayIn } from '../market-days.ts'
import type { Store } from '../store.ts'
import { isBeyondForecast } from '../weather/no-forecast.ts'
import { weatherWords } from '../weather/weather-words.ts'
import { gatherIngredients, type Ingredients } from './ingredients.ts'
import { recommendError } from './recommend-errors.ts'
import { sourcesOf } from './source-notes.ts'
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

/** One question, and under which capability it is answered. */
export interface RecommendCall {
  readonly vendorId: string
  readonly body: RecommendBody
  readonly scope: Scope
  readonly signal?: AbortSignal | undefined
}

/**
 * What to bring to one market day, from the vendor's sales, the weather and the events; stored for feedback later.
 *
 * @throws SeaworthyError ERR_VENUE_NOT_FOUND, ERR_MARKET_DATE, the errors of the database
 */
export async function recommend(
  options: RecommendOptions,
  { vendorId, body, scope, signal }: RecommendCall,
): Promise<RecommendationSet> {
  const { store, dependencies, clock } = options
  const { marketDate: date } = body
  const { venue, square } = await store.vendor(
    vendorId,
    async (tx) => ({ venue: await getVenue(tx, body.venueId), square: await findSquareConnection(tx) }),
    { readOnly: true, signal },
  )
  checkDate(date, dayIn(venue.timeZone, clock.wallTime()))
  const question = { vendorId, venue, date, hasSquare: square !== undefined, signal }
  const ingredients = await gatherIngredients(dependencies, question)
  const { products, ...known } = await store.vendor(vendorId, knowledgeOf, { readOnly: true, signal })
  const predicted = await dependencies.predict.with({ signal })({
    vendorId,
    date,
    ...known,
    loadSales: salesLoader(store, vendorId, date),
    products: questionsOf(products, body, ingredients),
  })
  const recommendations = recommendationsOf(predicted.value, products)
  const quantities = recommendations.map(({ quantity }) => quantity)
  const set: NewRecommendationSet = {
    marketDate: date,
    venueId: venue.id,
    serviceLevel: scope.level(),
    summary: summarySentence({ date, quantities, ...ingredients }),
    generatedAt: new Date(clock.wallTime()).toISOString(),
    modelVersion: predicted.value.modelVersion,
    weather: weatherOf(ingredients),
    events: [...ingredients.events],
    sources: [
      ...sourcesOf(scope.sources(), {
        timeZone: venue.timeZone,
        isBeyondForecast: isBeyondForecast(venue, date, clock),
        hasModel: known.modelVersion !== undefined,
      }),
    ],
    recommendations,
  }
  return store.vendor(vendorId, (tx) => saveRecommendationSet(tx, set), { signal })
}

/** What the vendor's own data say, after Square's newest orders were taken in. */
async function knowledgeOf(tx: MarketprepTransaction) {
  return {
    products: await listActiveProducts(tx),
    salesStamp: await salesStamp(tx),
    modelVersion: await activeModelVersion(tx),
  }
}

function salesLoader(store: Store, vendorId: string, date: string): PredictionRequest['loadSales'] {
  return (range, signal) => {
    const from = addDays(date, range === 'all' ? -historyDays : -recentDays)
    return store.vendor(vendorId, (tx) => salesHistory(tx, from), { readOnly: true, signal })
  }
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

function weatherOf({ weather }: Ingredients): RecommendationSet['weather'] {
  if (weather === null) return null
  const { temperatureMaxC, precipitationMm, code } = weather
  return { temperatureMaxC, precipitationMm, description: weatherWords(code) }
}

/** One for each product, the largest quantity first. */
function recommendationsOf(
  { forecasts }: Prediction,
  products: readonly Product[],
): readonly NewRecommendation[] {
  const recommendations = forecasts.flatMap((forecast, index) => {
    const product = products[index]
    return product === undefined ? [] : [recommendationOf(product, forecast)]
  })
  return recommendations.sort((a, b) => b.quantity - a.quantity)
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
