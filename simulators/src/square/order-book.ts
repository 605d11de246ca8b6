import { seededRandom, type SeededRandom } from 'seaworthy/core'
import { BoundedMemo } from '../world/bounded-memo.ts'
import type { World } from '../world/create-world.ts'
import type { IsoDate } from '../world/iso-date.ts'
import type { Product, Vendor } from '../world/vendors.ts'
import type { Venue } from '../world/venues.ts'
import { localMinuteMs } from '../world/zone-offset.ts'
import { locationIdOf } from './merchants.ts'
import { squareId } from './object-ids.ts'
import { orderJson, type OrderLine, type SquareOrder } from './order-json.ts'
import { returnJson } from './return-json.ts'

/** An order with the moments that searches and webhooks go by. */
export interface BookedOrder {
  readonly order: SquareOrder
  readonly createdMs: number
  readonly closedMs: number
  /** When Square knows of it: for an order taken offline up to 72 hours after it was made. */
  readonly visibleMs: number
}

/** Which shares of the orders are out of the ordinary, each from 0 to 1. */
export interface OrderShares {
  readonly lateShare: number
  readonly returnShare: number
}

interface Stall {
  readonly vendor: Vendor
  readonly venue: Venue
  readonly date: IsoDate
}

const lateMaxMs = 72 * 3_600_000
/** Some 45 orders of 2 KB each: 100 market days are 10 MB. */
const rememberedDays = 100

/**
 * The orders of a market day: what the world says was sold, split into customers who buy 1 to 4 products. The completed
 * orders of a day add up to the world's sales; a few cancelled ones, and those of what came back, come on top.
 */
export class OrderBook {
  readonly #world: World
  readonly #shares: OrderShares
  readonly #days = new BoundedMemo<readonly BookedOrder[]>(rememberedDays)

  constructor(world: World, shares: OrderShares) {
    this.#world = world
    this.#shares = shares
  }

  /** The orders of one vendor at one market on one day, oldest first. */
  on(stall: Stall): readonly BookedOrder[] {
    const { vendor, venue, date } = stall
    if (!this.#world.isMarketDay(venue, date)) return []
    return this.#days.get(`${vendor.merchantId}/${venue.id}/${date}`, () => this.#make(stall))
  }

  #make(stall: Stall): readonly BookedOrder[] {
    const { vendor, venue, date } = stall
    const random = seededRandom(`${this.#world.seed}/orders/${vendor.merchantId}/${venue.id}/${date}`)
    const left = new Map(vendor.products.map((each) => [each, this.#world.sales(each, venue, date)]))
    const orders: BookedOrder[] = []
    while ([...left.values()].some((count) => count > 0)) {
      orders.push(
        this.#book(stall, random, {
          index: orders.length,
          lines: takeLines(left, random),
          state: 'COMPLETED',
        }),
      )
    }
    const cancelled = Math.round(orders.length * 0.02 * 2 * random.next())
    for (let i = 0; i < cancelled; i++) {
      const product = vendor.products[random.integer(0, vendor.products.length - 1)]
      if (product === undefined) continue
      const lines = [{ product, quantity: 1 }]
      orders.push(this.#book(stall, random, { index: orders.length, lines, state: 'CANCELED' }))
    }
    return [...orders, ...this.#returns(orders, random)].sort((a, b) => a.createdMs - b.createdMs)
  }

  /** What came back the same day, up to half an hour after it was sold. */
  #returns(orders: readonly BookedOrder[], random: SeededRandom): readonly BookedOrder[] {
    return orders
      .filter(({ order }) => order.state === 'COMPLETED' && random.next() < this.#shares.returnShare)
      .map((sale) => {
        const closedMs = sale.closedMs + random.integer(60, 1_800) * 1_000
        const visibleMs = Math.max(sale.visibleMs, closedMs)
        return { order: returnJson(sale.order, closedMs), createdMs: closedMs, closedMs, visibleMs }
      })
  }

  #book(
    { vendor, venue, date }: Stall,
    random: SeededRandom,
    sale: {
      readonly index: number
      readonly lines: readonly OrderLine[]
      readonly state: 'COMPLETED' | 'CANCELED'
    },
  ): BookedOrder {
    const minutes = venue.closesAtMinute - venue.opensAtMinute - 5
    const createdMs =
      localMinuteMs(venue.timezone, date, venue.opensAtMinute) + Math.floor(random.next() * minutes * 60_000)
    const closedMs = createdMs + random.integer(5, 180) * 1_000
    const late = random.next() < this.#shares.lateShare
    const visibleMs = closedMs + (late ? Math.floor((0.01 + 0.98 * random.next()) * lateMaxMs) : 0)
    const order = orderJson({
      id: squareId(22, 'order', this.#world.seed, vendor.merchantId, venue.id, date, sale.index),
      locationId: locationIdOf(vendor, venue),
      lines: sale.lines,
      state: sale.state,
      createdMs,
      closedMs,
    })
    return { order, createdMs, closedMs, visibleMs }
  }
}

/** Takes what one customer buys out of what is left to be sold: 1 to 4 products, mostly one of each. */
function takeLines(left: Map<Product, number>, random: SeededRandom): readonly OrderLine[] {
  const wanted = random.integer(1, 4)
  const lines: OrderLine[] = []
  for (let i = 0; i < wanted; i++) {
    const open = [...left].filter(
      ([product, count]) => count > 0 && lines.every((line) => line.product !== product),
    )
    const total = open.reduce((sum, [, count]) => sum + count, 0)
    if (total === 0) break
    let pick = random.next() * total
    const [product, count] = open.find(([, each]) => (pick -= each) < 0) ?? (open[0] as (typeof open)[number])
    const quantity = Math.min(count, random.next() < 0.75 ? 1 : random.integer(2, 3))
    left.set(product, count - quantity)
    lines.push({ product, quantity })
  }
  return lines
}
