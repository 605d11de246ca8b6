import type { Runtime } from 'seaworthy/core'
import type { SimulatedRequest, SimulatedResponse, Simulator } from '../http/exchange.ts'
import type { World } from '../world/create-world.ts'
import { Authorization } from './authorization.ts'
import { listCatalog } from './catalog.ts'
import { downloadItemSales } from './item-sales-download.ts'
import { listLocations, retrieveMerchant } from './merchants.ts'
import { OrderBook } from './order-book.ts'
import { searchOrders } from './order-search.ts'
import { RequestLimit } from './request-limit.ts'
import { badField, SquareError, squareFailure, squareStatus } from './square-error.ts'
import type { ResolvedSquareOptions } from './square-options.ts'
import { WebhookSender } from './webhook-sender.ts'
import { WebhookSubscriptions } from './webhook-subscriptions.ts'

/** The stand-in of Square, which also sends webhooks while it runs. */
export interface SquareSimulator extends Simulator {
  start(): void
  stop(): Promise<void>
}

interface SquareParts {
  readonly world: World
  readonly nowMs: () => number
  readonly runtime: Runtime
  readonly options: ResolvedSquareOptions
}

/** The version of the API whose shapes these are. */
const apiVersion = '2025-10-16'

/** Makes the stand-in of Square's OAuth, Merchants, Locations, Catalog, Orders and Webhook Subscriptions APIs. */
export function squareSimulator(parts: SquareParts): SquareSimulator {
  return new SimulatedSquare(parts)
}

class SimulatedSquare implements SquareSimulator {
  readonly name = 'square'
  readonly summary = 'Square: OAuth, merchant, locations, catalogue, orders search, signed webhooks.'
  readonly examples: readonly string[]
  readonly #parts: SquareParts
  readonly #authorization: Authorization
  readonly #book: OrderBook
  readonly #limit: RequestLimit
  readonly #subscriptions: WebhookSubscriptions
  readonly #sender: WebhookSender

  constructor(parts: SquareParts) {
    const { world, nowMs, runtime, options } = parts
    this.#parts = parts
    this.examples = [
      `/oauth2/authorize?client_id=${options.applicationId}&scope=ITEMS_READ+ORDERS_READ&redirect_uri=http://localhost/`,
      '/dashboard/items.csv',
    ]
    this.#authorization = new Authorization({
      vendors: world.vendors,
      options,
      nowMs,
      random: runtime.random,
      seed: world.seed,
    })
    this.#book = new OrderBook(world, options)
    this.#limit = new RequestLimit(options.requestsPerSecond)
    this.#subscriptions = new WebhookSubscriptions(options.applicationSecret)
    this.#sender = new WebhookSender({
      world,
      book: this.#book,
      subscriptions: this.#subscriptions,
      clock: runtime.clock,
      nowMs,
      intervalMs: options.webhookInterval,
    })
  }

  start(): void {
    this.#sender.start()
  }

  stop(): Promise<void> {
    return this.#sender.stop()
  }

  failure(status: number): SimulatedResponse {
    return squareStatus(status)
  }

  handle(request: SimulatedRequest): SimulatedResponse {
    try {
      const version = versionOf(request)
      const response = this.#route(request)
      return { ...response, headers: { ...response.headers, 'square-version': version } }
    } catch (error) {
      if (error instanceof SquareError) return error.response
      throw error
    }
  }

  #route(request: SimulatedRequest): SimulatedResponse {
    const { venues } = this.#parts.world
    if (request.path.startsWith('/v2/webhooks/subscriptions')) return this.#subscriptions.handle(request)
    switch (`${request.method} ${request.path}`) {
      case 'GET /oauth2/authorize':
      case 'POST /oauth2/authorize':
        return this.#authorization.authorize(request)
      case 'POST /oauth2/token':
        return this.#authorization.token(request)
      case 'POST /oauth2/revoke':
        return this.#authorization.revoke(request)
      case 'GET /dashboard/items.csv':
        return downloadItemSales(request.query, this.#parts.world, this.#parts.nowMs())
      case 'GET /v2/merchants/me':
        return retrieveMerchant(this.#vendor(request, 'MERCHANT_PROFILE_READ'), venues)
      case 'GET /v2/locations':
        return listLocations(this.#vendor(request, 'MERCHANT_PROFILE_READ'), venues)
      case 'GET /v2/catalog/list': {
        const pageSize = this.#parts.options.catalogPageSize
        return listCatalog(this.#vendor(request, 'ITEMS_READ'), request.query, pageSize)
      }
      case 'POST /v2/orders/search':
        return searchOrders(request.body, {
          vendor: this.#vendor(request, 'ORDERS_READ'),
          venues,
          book: this.#book,
          nowMs: this.#parts.nowMs(),
          historyWeeks: this.#parts.options.historyWeeks,
        })
      default:
        return squareFailure(404, {
          category: 'INVALID_REQUEST_ERROR',
          code: 'NOT_FOUND',
          detail: 'API endpoint for URL path and HTTP method is not found.',
        })
    }
  }

  #vendor(request: SimulatedRequest, scope: string): World['vendors'][number] {
    const { vendor, token } = this.#authorization.vendorOf(request, scope)
    if (!this.#limit.allows(token, this.#parts.nowMs())) throw new SquareError(squareStatus(429))
    return vendor
  }
}

function versionOf(request: SimulatedRequest): string {
  const version = String(request.headers['square-version'] ?? apiVersion)
  if (/^\d{4}-\d{2}-\d{2}$/.test(version)) return version
  throw badField(
    'Square-Version',
    'INVALID_SQUARE_VERSION_FORMAT',
    'The Square-Version must be a date: YYYY-MM-DD.',
  )
}
