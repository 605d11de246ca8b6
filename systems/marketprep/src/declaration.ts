import { errorCode, type Outcome, type Runtime } from 'seaworthy/core'
import { constant, derive, lastGood } from 'seaworthy/resilience'
import { defineService, dependency, type Resource, type Service } from 'seaworthy/service'
import type { EventsClient, NearbyEvent } from './clients/events-client.ts'
import type { OpenMeteoClient } from './clients/open-meteo-client.ts'
import type { SquareClient, SquareOrderQuery } from './clients/square-client.ts'
import { classifyClientError, isWorthRetrying } from './clients/client-errors.ts'
import { probeEvents, probeSquare, probeWeather } from './clients/probes.ts'
import type { Venue } from './contract/catalogue.ts'
import type { Place, WeatherDay } from './data/index.ts'
import type { ModelShelf } from './models/model-shelf.ts'
import {
  predictWithHeuristic,
  predictWithModel,
  probePrediction,
  type PredictionRequest,
} from './models/predict.ts'
import { storedSales, type SalesFreshness } from './recommend/stored-sales.ts'
import { classifySquareError } from './square/classify-square-error.ts'
import type { Store } from './store.ts'
import { classifyWeatherError, isBeyondForecast, noForecast } from './weather/no-forecast.ts'

/** The weather of one market day, asked by one vendor. */
export interface WeatherQuestion {
  readonly vendorId: string
  readonly venue: Venue
  readonly date: string
}

/** What the dependencies are made of. */
export interface DeclarationParts {
  readonly store: Store
  readonly square: SquareClient
  readonly openMeteo: OpenMeteoClient
  readonly events: EventsClient
  readonly models: ModelShelf
  /** The usual weather of the day, from stored days; rejects when none are stored. */
  readonly climateNormals: (question: WeatherQuestion) => Promise<WeatherDay>
  /** Takes in the vendor's newest orders. */
  readonly pullOrders: (call: PullCall, vendorId: string) => Promise<SalesFreshness>
  /** Up to when orders are stored. */
  readonly lastSync: (vendorId: string) => Promise<Date | undefined>
  /** Whether requests may ask for faults. */
  readonly faultRequests: boolean
  readonly runtime: Runtime
}

interface PullCall {
  readonly signal: AbortSignal
  readonly headers: Readonly<Record<string, string>>
}

export type MarketprepDependencies = ReturnType<typeof declareDependencies>

/** Everything outside that MarketPrep stands on, each declared once. */
export function declareDependencies(parts: DeclarationParts) {
  return Object.freeze({
    ...declareSquare(parts),
    ...declareWeather(parts),
    ...declareEvents(parts),
    ...declareModel(parts),
  })
}

const breaker = { trip: { kind: 'consecutive', failures: 5 }, openFor: '60s' } as const

/** Asking again does not mend what says nothing about the service, nor what will be refused again. */
function transient(classify: (error: unknown) => Outcome) {
  return (error: unknown): boolean => classify(error) === 'failed' && isWorthRetrying(error)
}

/** A recommendation waits for all outside services at once, so each has the same short time. */
function promptly(classify: (error: unknown) => Outcome) {
  const retry = { attempts: 2, baseDelay: '50ms', maxDelay: '150ms', retryIf: transient(classify) } as const
  return { timeout: '700ms', deadline: '1500ms', retry } as const
}

/** Somebody looks at a page that can do nothing until the answer is there. */
const interactively = { timeout: '3s', deadline: '6s' } as const

/** Work in the background may wait longer. */
function patiently(classify: (error: unknown) => Outcome) {
  const retry = { attempts: 3, retryIf: transient(classify) } as const
  return { timeout: '10s', deadline: '30s', retry, classify } as const
}

function declareSquare({ square, pullOrders, lastSync, faultRequests, runtime }: DeclarationParts) {
  const declared = dependency(
    {
      name: 'square',
      importance: 'optional',
      faultRequests,
      ...patiently(classifySquareError),
      breaker,
      probe: { call: (call) => probeSquare(square, call), every: '10s', timeout: '2s' },
    },
    runtime,
  )
  return {
    square: declared,
    exchangeCode: declared.operation('exchange code', {
      call: (call, code: string) => square.exchangeCode(call, code),
      ...interactively,
      retry: false,
    }),
    refreshToken: declared.operation('refresh token', {
      call: (call, refreshToken: string) => square.refresh(call, refreshToken),
    }),
    revokeToken: declared.operation('revoke token', {
      call: (call, accessToken: string) => square.revoke(call, accessToken),
      ...interactively,
      retry: false,
    }),
    merchant: declared.operation('merchant', {
      call: (call, accessToken: string) => square.merchant(call, accessToken),
      ...interactively,
    }),
    locations: declared.operation('locations', {
      call: (call, accessToken: string) => square.listLocations(call, accessToken),
    }),
    catalogue: declared.operation('catalogue', {
      call: (call, accessToken: string, cursor: string | undefined) =>
        square.listCatalog(call, accessToken, cursor),
    }),
    orders: declared.operation('orders', {
      call: (call, accessToken: string, query: SquareOrderQuery) =>
        square.searchOrders(call, accessToken, query),
    }),
    newestSales: declared.operation('newest sales', {
      call: (call, vendorId: string) => pullOrders(call, vendorId),
      ...promptly(classifySquareError),
      fallback: [
        storedSales('stored sales', { when: 'fresh', lastSync }),
        storedSales('old sales', { when: 'old', lastSync }),
        constant('no sales', { upTo: undefined }),
      ],
    }),
  }
}

function declareWeather({ openMeteo, climateNormals, faultRequests, runtime }: DeclarationParts) {
  const declared = dependency(
    {
      name: 'weather',
      importance: 'optional',
      faultRequests,
      ...patiently(classifyWeatherError),
      breaker,
      probe: { call: (call) => probeWeather(openMeteo, call, runtime.clock), every: '10s', timeout: '2s' },
    },
    runtime,
  )
  return {
    weather: declared,
    forecastWeather: declared.operation('forecast', {
      call: async (call, { venue, date }: WeatherQuestion): Promise<WeatherDay> => {
        if (isBeyondForecast(venue, date, runtime.clock)) throw noForecast(date)
        const { latitude, longitude } = venue
        const [day] = await openMeteo.dailyForecast(call, { latitude, longitude, from: date, to: date })
        if (day === undefined) throw noForecast(date)
        return day
      },
      ...promptly(classifyWeatherError),
      fallback: [
        lastGood({
          maxAge: '24h',
          key: ({ venue, date }: WeatherQuestion) => `${venue.latitude},${venue.longitude},${date}`,
        }),
        derive('climate normals', climateNormals),
        constant('none', null),
      ],
    }),
    measuredWeather: declared.operation('archive', {
      call: (
        call,
        { place, from, to }: { readonly place: Place; readonly from: string; readonly to: string },
      ) => openMeteo.dailyArchive(call, { latitude: place.latitude, longitude: place.longitude, from, to }),
    }),
    findPlaces: declared.operation('geocoding', {
      call: (call, name: string) => openMeteo.geocode(call, name),
      ...interactively,
    }),
  }
}

function declareEvents({ events, faultRequests, runtime }: DeclarationParts) {
  const declared = dependency(
    {
      name: 'events',
      importance: 'optional',
      faultRequests,
      ...patiently(classifyClientError),
      breaker,
      probe: { call: (call) => probeEvents(events, call, runtime.clock), every: '10s', timeout: '2s' },
    },
    runtime,
  )
  const nothing: readonly NearbyEvent[] = []
  return {
    events: declared,
    eventsNear: declared.operation('near', {
      call: (call, { venue, date }: { readonly venue: Place; readonly date: string }) =>
        events.near(call, { latitude: venue.latitude, longitude: venue.longitude, from: date, to: date }),
      ...promptly(classifyClientError),
      fallback: [constant('none', nothing)],
    }),
    pastEvents: declared.operation('past', {
      call: (
        call,
        { venue, from, to }: { readonly venue: Place; readonly from: string; readonly to: string },
      ) => events.near(call, { latitude: venue.latitude, longitude: venue.longitude, from, to }),
    }),
  }
}

function declareModel({ models, faultRequests, runtime }: DeclarationParts) {
  const model = dependency(
    {
      name: 'model',
      importance: 'optional',
      faultRequests,
      timeout: '1s',
      deadline: '1s',
      retry: false,
      breaker,
      classify: (error) => (errorCode(error) === 'ERR_NO_MODEL' ? 'ignored' : 'failed'),
      probe: { call: () => probePrediction(models), every: '10s', timeout: '2s' },
    },
    runtime,
  )
  const predict = model.operation('predict', {
    call: (_call, request: PredictionRequest) => predictWithModel(models, request),
    fallback: [derive('heuristic', predictWithHeuristic)],
  })
  return { model, predict }
}

/** MarketPrep as a service: what each of its capabilities stands on, and what callers may count on. */
export function declareService(
  { store, dependencies }: { readonly store: Store; readonly dependencies: MarketprepDependencies },
  resources: readonly Resource[],
  runtime: Runtime,
): Service {
  const { square, weather, events, model } = dependencies
  return defineService(
    {
      name: 'marketprep',
      version: '0.1.0',
      dependencies: { database: store.dependency, square, weather, events, model },
      capabilities: {
        recommend: { needs: ['database'], uses: ['weather', 'events', 'square', 'model'] },
        sales: { needs: ['database'] },
        synchronise: { needs: ['database'], uses: ['square'] },
        catalogue: { needs: ['database'] },
        feedback: { needs: ['database'] },
        account: { needs: ['database'] },
      },
      objectives: [
        { on: 'POST /marketprep/api/recommendations', p95: '300ms', availability: 0.999 },
        { on: 'GET /marketprep/api/products', p95: '100ms', availability: 0.999 },
      ],
      resources,
    },
    runtime,
  )
}
