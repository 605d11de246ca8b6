import { createHash } from 'node:crypto'
import { jsonResponse, type SimulatedRequest, type SimulatedResponse } from '../http/exchange.ts'
import { asObject, parseJson } from '../http/read-body.ts'
import { squareId } from './object-ids.ts'
import { badField, SquareError, squareFailure, unauthorized } from './square-error.ts'

/** Where notifications go. */
export interface WebhookSubscription {
  readonly id: string
  readonly name: string
  readonly notification_url: string
  readonly event_types: readonly string[]
  readonly signature_key: string
}

const subscriptionsMax = 100
const knownTypes = ['payment.created', 'payment.updated', 'order.created', 'order.updated']

/** The endpoints under /v2/webhooks/subscriptions. They take the application's own token, not a seller's. */
export class WebhookSubscriptions {
  readonly #token: string
  readonly #byUrl = new Map<string, WebhookSubscription>()

  constructor(token: string) {
    this.#token = token
  }

  get all(): readonly WebhookSubscription[] {
    return [...this.#byUrl.values()]
  }

  handle(request: SimulatedRequest): SimulatedResponse {
    if (request.headers.authorization !== `Bearer ${this.#token}`) {
      throw unauthorized('UNAUTHORIZED', 'This request could not be authorized.')
    }
    const id = request.path.split('/')[4]
    if (request.method === 'POST' && id === undefined) return this.#create(request.body)
    if (request.method === 'GET' && id === undefined) return jsonResponse(200, { subscriptions: this.all })
    const found = this.all.find((each) => each.id === id)
    if (found === undefined || request.method !== 'DELETE') {
      throw new SquareError(
        squareFailure(404, {
          category: 'INVALID_REQUEST_ERROR',
          code: 'NOT_FOUND',
          detail: 'Subscription not found.',
        }),
      )
    }
    this.#byUrl.delete(found.notification_url)
    return jsonResponse(200, {})
  }

  #create(body: string): SimulatedResponse {
    const given = asObject(asObject(parseJson(body))?.['subscription']) ?? {}
    const url = given['notification_url']
    const types = given['event_types']
    if (typeof url !== 'string' || !isLoopback(url)) {
      throw badField(
        'subscription.notification_url',
        'INVALID_VALUE',
        'The simulator notifies URLs on loopback only.',
      )
    }
    if (
      !Array.isArray(types) ||
      types.length === 0 ||
      !types.every((each) => knownTypes.includes(each as string))
    ) {
      throw badField('subscription.event_types', 'INVALID_VALUE', `Must be some of ${knownTypes.join(', ')}.`)
    }
    if (this.#byUrl.size >= subscriptionsMax && !this.#byUrl.has(url)) {
      throw badField('subscription', 'BAD_REQUEST', `There are ${subscriptionsMax} subscriptions already.`)
    }
    const subscription: WebhookSubscription = {
      id: `wbhk_${squareId(20, 'subscription', url).toLowerCase()}`,
      name: typeof given['name'] === 'string' ? given['name'].slice(0, 100) : 'webhook',
      notification_url: url,
      event_types: types as readonly string[],
      // Follows from the URL, so that a receiver keeps its key over a restart.
      signature_key: createHash('sha256').update(`signature/${url}`).digest('base64url').slice(0, 22),
    }
    this.#byUrl.set(url, subscription)
    return jsonResponse(200, { subscription })
  }
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname)
}
