import type { DemoAccount } from '../../contract/account.ts'
import type { Product, ProductBody, ProductPatch, Venue, VenueBody } from '../../contract/catalogue.ts'
import type { Feedback, FeedbackBody, FeedbackStats } from '../../contract/feedback.ts'
import type { MarketDay, RecommendationSet } from '../../contract/recommendation.ts'
import type { ImportMode, ImportReport, SalesStats, SquareStatus } from '../../contract/sales.ts'
import type { FileUpload } from './send-file.ts'
import { api } from './session.ts'

export interface Listed<T> {
  readonly items: readonly T[]
  readonly nextCursor?: string | null
}

export interface Place {
  readonly name: string
  readonly region: string
  readonly latitude: number
  readonly longitude: number
  readonly timeZone: string
}

const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  api.request<T>('GET', path, signal === undefined ? {} : { signal })
const post = <T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> =>
  api.request<T>('POST', path, { body, ...(signal === undefined ? {} : { signal }) })

const pagesMax = 10

/** All items of a list, at most ten pages of it. */
async function all<T>(path: string, signal: AbortSignal): Promise<readonly T[]> {
  const items: T[] = []
  let cursor: string | null | undefined
  for (let page = 0; page < pagesMax; page++) {
    const query = cursor === undefined || cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`
    const answer = await get<Listed<T>>(`${path}${query}`, signal)
    items.push(...answer.items)
    cursor = answer.nextCursor
    if (cursor === undefined || cursor === null) break
  }
  return items
}

export const endpoints = {
  demo: (signal: AbortSignal) => get<DemoAccount>('/demo', signal),
  venues: (signal: AbortSignal) => all<Venue>('/venues', signal),
  addVenue: (venue: VenueBody) => post<Venue>('/venues', venue),
  places: (name: string, signal: AbortSignal) =>
    get<Listed<Place>>(`/places?name=${encodeURIComponent(name)}`, signal),
  products: (signal: AbortSignal) => all<Product>('/products', signal),
  addProduct: (product: ProductBody) => post<Product>('/products', product),
  changeProduct: (id: string, patch: ProductPatch) =>
    api.request<Product>('PATCH', `/products/${id}`, { body: patch }),
  marketDays: (days: number, signal: AbortSignal) =>
    get<Listed<MarketDay>>(`/market-days?days=${days}`, signal),
  recommend: (marketDate: string, venueId: string, signal: AbortSignal) =>
    post<RecommendationSet>('/recommendations', { marketDate, venueId }, signal),
  recommended: (marketDate: string, venueId: string, signal: AbortSignal) =>
    get<RecommendationSet>(`/recommendations?marketDate=${marketDate}&venueId=${venueId}`, signal),
  feedback: (signal: AbortSignal) => get<Listed<Feedback>>('/feedback', signal),
  feedbackStats: (signal: AbortSignal) => get<FeedbackStats>('/feedback/stats', signal),
  giveFeedback: (feedback: FeedbackBody) => post<Feedback>('/feedback', feedback),
  salesStats: (days: number, signal: AbortSignal) => get<SalesStats>(`/sales/stats?days=${days}`, signal),
  /** Without a venue, each row belongs to the venue that it names. */
  importSales: (mode: ImportMode, venueId: string | undefined, upload: FileUpload) => {
    const venue = venueId === undefined ? '' : `&venueId=${encodeURIComponent(venueId)}`
    return api.upload<ImportReport>(`/sales/import?mode=${mode}${venue}`, upload)
  },
  square: (signal: AbortSignal) => get<SquareStatus>('/square/status', signal),
  connectSquare: () => post<{ readonly authorizeUrl: string }>('/square/connect'),
  syncSquare: () => post<SquareStatus>('/square/sync'),
  disconnectSquare: () => api.request<void>('DELETE', '/square'),
}
