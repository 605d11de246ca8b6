import { vi } from 'vitest'
import type { Simulators } from '../src/index.ts'

export const application = { id: 'sandbox-sq0idb-seaworthy', secret: 'sandbox-sq0csb-seaworthy' }
export const redirectUri = 'http://localhost:3000/callback'
export const allScopes = 'MERCHANT_PROFILE_READ ITEMS_READ ORDERS_READ PAYMENTS_READ'

/** An answer whose JSON body is of the form that the test expects. */
export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

export interface TokenBody {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_at: string
  readonly merchant_id: string
  readonly token_type: string
}

export interface ErrorBody {
  readonly errors: readonly { readonly category: string; readonly code: string; readonly field?: string }[]
}

export interface OrdersBody {
  readonly orders?: readonly Order[]
  readonly cursor?: string
}

export interface Order {
  readonly id: string
  readonly state: string
  readonly location_id: string
  readonly created_at: string
  readonly closed_at: string
  readonly total_money?: { readonly amount: number; readonly currency: string }
  readonly returns?: readonly {
    readonly source_order_id: string
    readonly return_line_items: readonly { readonly quantity: string; readonly catalog_object_id: string }[]
  }[]
  readonly line_items?: readonly {
    readonly catalog_object_id: string
    readonly quantity: string
    readonly name: string
    readonly base_price_money: { readonly amount: number }
    readonly total_money: { readonly amount: number }
  }[]
}

/** Waits until a check holds: long enough for a busy machine. */
export function eventually(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 10_000, interval: 20 })
}

/** Sends a request and reads the answer, as JSON when it is. */
export async function call<Body>(url: string, init: RequestInit = {}): Promise<Answer<Body>> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') === true
  return {
    status: response.status,
    headers: response.headers,
    body: (json ? JSON.parse(text) : text) as Body,
  }
}

/** The seller's decision on the consent page: where the browser is sent. */
export async function decide(
  simulators: Simulators,
  decision: 'approve' | 'deny',
  extra: Readonly<Record<string, string>> = {},
): Promise<URL> {
  const form = new URLSearchParams({
    client_id: application.id,
    scope: allScopes,
    state: 'state-1',
    redirect_uri: redirectUri,
    decision,
    ...extra,
  })
  const url = `${simulators.baseUrl('square')}/oauth2/authorize`
  const { headers } = await call(url, { method: 'POST', body: form })
  return new URL(headers.get('location') ?? 'invalid:')
}

/** POST /oauth2/token */
export function token<Body = TokenBody>(simulators: Simulators, fields: object): Promise<Answer<Body>> {
  const body = {
    client_id: application.id,
    client_secret: application.secret,
    redirect_uri: redirectUri,
    ...fields,
  }
  return call(`${simulators.baseUrl('square')}/oauth2/token`, { method: 'POST', body: JSON.stringify(body) })
}

/** Goes through the whole flow. */
export async function connect(
  simulators: Simulators,
  extra: Readonly<Record<string, string>> = {},
): Promise<TokenBody> {
  const code = (await decide(simulators, 'approve', extra)).searchParams.get('code')
  return (await token(simulators, { grant_type: 'authorization_code', code })).body
}

/** Calls the API with a token: GET, or POST when there is a body. */
export function api<Body>(
  simulators: Simulators,
  access: string,
  request: { readonly path: string; readonly body?: object },
): Promise<Answer<Body>> {
  const headers = { authorization: `Bearer ${access}` }
  const init =
    request.body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(request.body) }
  return call(`${simulators.baseUrl('square')}${request.path}`, init)
}

/** POST /v2/orders/search, each page of it. */
export async function allOrders(
  simulators: Simulators,
  access: string,
  body: object,
): Promise<readonly Order[]> {
  const orders: Order[] = []
  let cursor: string | undefined
  do {
    const page = await api<OrdersBody>(simulators, access, {
      path: '/v2/orders/search',
      body: cursor === undefined ? body : { ...body, cursor },
    })
    orders.push(...(page.body.orders ?? []))
    cursor = page.body.cursor
  } while (cursor !== undefined && orders.length < 100_000)
  return orders
}
