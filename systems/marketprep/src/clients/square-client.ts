import type { Clock } from 'seaworthy/core'
import type { CallOptions } from './call-options.ts'
import { HttpJson } from './http-json.ts'
import {
  catalogPage,
  locationsOf,
  orderPage,
  tokensOf,
  type SquareCatalogPage,
  type SquareLocation,
  type SquareOrderPage,
  type SquareTokens,
} from './square-model.ts'
import { squareProblem } from './square-problem.ts'
import {
  CatalogAnswer,
  LocationsAnswer,
  MerchantAnswer,
  OrdersAnswer,
  RevokeAnswer,
  TokenAnswer,
} from './square-schemas.ts'

export interface SquareClientOptions {
  /** `https://connect.squareup.com` in production, `https://connect.squareupsandbox.com` for Square's own sandbox. */
  readonly baseUrl: string
  /**
   * Where the seller's browser goes for consent, when that is not the base URL.
   */
  readonly authorizeBaseUrl?: string
  readonly applicationId: string
  readonly applicationSecret: string
  /** The redirect URL that is registered at Square. */
  readonly redirectUrl: string
  readonly clock?: Clock
}

/** Which orders to search for. */
export interface SquareOrderQuery {
  /** 1 to 10: Square takes no more. */
  readonly locationIds: readonly string[]
  /** Orders closed at or after this moment, RFC 3339. */
  readonly closedFrom: string
  /** Orders closed at or before this moment. Default: now. */
  readonly closedTo?: string | undefined
  /** 1 to 1000. Default 500. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** The most locations that one search takes. */
export const squareLocationsMax = 10

/** Orders taken offline reach Square up to this many hours after they were made: searches must look back as far. */
export const squareLateOrderHours = 72

/** The version of Square's API that the schemas were written for. */
const apiVersion = '2025-10-16'

/** What the seller is asked to allow: reading only. */
export const squareScopes = ['MERCHANT_PROFILE_READ', 'ITEMS_READ', 'ORDERS_READ', 'PAYMENTS_READ'] as const

/** Square: the OAuth, Merchants, Locations, Catalog and Orders APIs. Each call throws the codes of `clientErrors`. */
export class SquareClient {
  readonly #http: HttpJson
  readonly #options: SquareClientOptions

  constructor(options: SquareClientOptions) {
    this.#options = options
    this.#http = new HttpJson({
      service: 'Square',
      baseUrl: options.baseUrl,
      headers: { 'square-version': apiVersion },
      describeError: squareProblem,
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    })
  }

  /** The page on which the seller allows the access. `state` comes back unchanged and ties the answer to the session. */
  authorizeUrl(state: string): string {
    const base = (this.#options.authorizeBaseUrl ?? this.#options.baseUrl).replace(/\/+$/, '')
    const query = new URLSearchParams({
      client_id: this.#options.applicationId,
      scope: squareScopes.join(' '),
      session: 'false',
      state,
      redirect_uri: this.#options.redirectUrl,
    })
    return `${base}/oauth2/authorize?${query.toString()}`
  }

  /** Turns the code of the redirect into tokens. A code works once and for 5 minutes. */
  exchangeCode(call: CallOptions, code: string): Promise<SquareTokens> {
    return this.#obtain(call, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#options.redirectUrl,
    })
  }

  /** A new access token. The refresh token stays the same. */
  refresh(call: CallOptions, refreshToken: string): Promise<SquareTokens> {
    return this.#obtain(call, { grant_type: 'refresh_token', refresh_token: refreshToken })
  }

  /** Ends the access that the seller gave, all its tokens included. */
  async revoke(call: CallOptions, accessToken: string): Promise<void> {
    await this.#http.send(call, {
      method: 'POST',
      path: '/oauth2/revoke',
      headers: { authorization: `Client ${this.#options.applicationSecret}` },
      body: { client_id: this.#options.applicationId, access_token: accessToken },
      answer: RevokeAnswer,
    })
  }

  /** The seller's own record: the cheapest call that proves that a token works. */
  async merchant(
    call: CallOptions,
    accessToken: string,
  ): Promise<{ readonly id: string; readonly businessName: string }> {
    const { merchant } = await this.#http.send(call, {
      path: '/v2/merchants/me',
      headers: bearer(accessToken),
      answer: MerchantAnswer,
    })
    return { id: merchant.id, businessName: merchant.business_name ?? '' }
  }

  async listLocations(call: CallOptions, accessToken: string): Promise<readonly SquareLocation[]> {
    const answer = await this.#http.send(call, {
      path: '/v2/locations',
      headers: bearer(accessToken),
      answer: LocationsAnswer,
    })
    return locationsOf(answer.locations ?? [])
  }

  /** One page of items and categories. Go through them all with `eachPage`. */
  async listCatalog(call: CallOptions, accessToken: string, cursor?: string): Promise<SquareCatalogPage> {
    const answer = await this.#http.send(call, {
      path: '/v2/catalog/list',
      query: { types: 'ITEM,CATEGORY', cursor },
      headers: bearer(accessToken),
      answer: CatalogAnswer,
    })
    return catalogPage(answer.objects ?? [], answer.cursor)
  }

  /** One page of completed orders, oldest first. Go through them all with `eachPage`. */
  async searchOrders(
    call: CallOptions,
    accessToken: string,
    query: SquareOrderQuery,
  ): Promise<SquareOrderPage> {
    const answer = await this.#http.send(call, {
      method: 'POST',
      path: '/v2/orders/search',
      headers: bearer(accessToken),
      body: {
        location_ids: query.locationIds,
        cursor: query.cursor,
        limit: query.limit,
        query: {
          filter: {
            date_time_filter: { closed_at: { start_at: query.closedFrom, end_at: query.closedTo } },
            state_filter: { states: ['COMPLETED'] },
          },
          // Square refuses a search that sorts by another time than the one it filters by.
          sort: { sort_field: 'CLOSED_AT', sort_order: 'ASC' },
        },
      },
      answer: OrdersAnswer,
    })
    return orderPage(answer.orders ?? [], answer.cursor)
  }

  async #obtain(call: CallOptions, grant: object): Promise<SquareTokens> {
    const answer = await this.#http.send(call, {
      method: 'POST',
      path: '/oauth2/token',
      body: {
        client_id: this.#options.applicationId,
        client_secret: this.#options.applicationSecret,
        ...grant,
      },
      answer: TokenAnswer,
    })
    return tokensOf(answer)
  }
}

function bearer(accessToken: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${accessToken}` }
}
