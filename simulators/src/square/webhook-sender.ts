import { BoundedQueue, sleep, type Clock, type Timer } from 'seaworthy/core'
import { addDays, isoDate } from '../world/iso-date.ts'
import type { World } from '../world/create-world.ts'
import type { BookedOrder, OrderBook } from './order-book.ts'
import { webhookEvents } from './webhook-events.ts'
import { webhookSignature } from './webhook-signature.ts'
import type { WebhookSubscription, WebhookSubscriptions } from './webhook-subscriptions.ts'

interface SenderParts {
  readonly world: World
  readonly book: OrderBook
  readonly subscriptions: WebhookSubscriptions
  readonly clock: Clock
  readonly nowMs: () => number
  readonly intervalMs: number
}

interface Delivery {
  readonly subscription: WebhookSubscription
  readonly body: string
}

const waitingMax = 5_000
const attemptsMax = 3
const retryDelayMs = 60_000
const answerTimeoutMs = 10_000
const lateDays = 4

/** Sends a notification for each order that became known since the last look, and tries again when it is not taken. */
export class WebhookSender {
  readonly #parts: SenderParts
  readonly #stopping = new AbortController()
  /** A full queue drops what comes: receivers that rely on notifications alone lose data at the real service too. */
  readonly #waiting = new BoundedQueue<Delivery>(waitingMax, 'webhooks')
  #timer: Timer | undefined
  #sending: Promise<void> = Promise.resolve()
  #lookedMs = 0
  #busy = false

  constructor(parts: SenderParts) {
    this.#parts = parts
  }

  start(): void {
    this.#lookedMs = this.#parts.nowMs()
    this.#arm()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#timer?.cancel()
    this.#waiting.clear()
    await this.#sending
  }

  #arm(): void {
    if (this.#stopping.signal.aborted) return
    this.#timer = this.#parts.clock.schedule(this.#parts.intervalMs, () => {
      this.#look()
      this.#arm()
    })
  }

  #look(): void {
    const nowMs = this.#parts.nowMs()
    const subscriptions = this.#parts.subscriptions.all
    if (subscriptions.length > 0) {
      for (const vendor of this.#parts.world.vendors) {
        for (const event of webhookEvents(vendor, this.#newOrders(vendor, nowMs))) {
          for (const subscription of subscriptions) {
            if (subscription.event_types.includes(event.type))
              this.#waiting.offer({ subscription, body: event.body })
          }
        }
      }
    }
    this.#lookedMs = nowMs
    if (this.#busy) return
    this.#busy = true
    this.#sending = this.#drain().finally(() => {
      this.#busy = false
    })
  }

  #newOrders(vendor: World['vendors'][number], nowMs: number): readonly BookedOrder[] {
    const { world, book } = this.#parts
    const today = isoDate(nowMs / 86_400_000)
    return Array.from({ length: lateDays + 1 }, (_, back) => addDays(today, -back))
      .flatMap((date) => world.venues.flatMap((venue) => book.on({ vendor, venue, date })))
      .filter(({ visibleMs }) => visibleMs > this.#lookedMs && visibleMs <= nowMs)
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      // The only failure is the wait that stop() cuts short.
      await this.#deliver(next).catch(() => {})
    }
  }

  async #deliver({ subscription, body }: Delivery): Promise<void> {
    const url = subscription.notification_url
    const first = new Date(this.#parts.nowMs()).toISOString()
    for (let attempt = 0; attempt < attemptsMax && !this.#stopping.signal.aborted; attempt++) {
      if (attempt > 0) await sleep(this.#parts.clock, retryDelayMs, this.#stopping.signal)
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Square-Webhooks-Simulator',
        'x-square-hmacsha256-signature': webhookSignature(subscription.signature_key, url, body),
        'square-initial-delivery-timestamp': first,
        ...(attempt > 0
          ? { 'square-retry-number': String(attempt), 'square-retry-reason': 'http_error' }
          : {}),
      }
      if (await this.#post(url, headers, body)) return
    }
  }

  async #post(url: string, headers: Record<string, string>, body: string): Promise<boolean> {
    const timeout = new AbortController()
    const timer = this.#parts.clock.schedule(answerTimeoutMs, () => timeout.abort())
    const stop = (): void => timeout.abort()
    this.#stopping.signal.addEventListener('abort', stop, { once: true })
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: timeout.signal,
      })
      await answer.body?.cancel()
      return answer.ok
    } catch {
      return false
    } finally {
      timer.cancel()
      this.#stopping.signal.removeEventListener('abort', stop)
    }
  }
}
