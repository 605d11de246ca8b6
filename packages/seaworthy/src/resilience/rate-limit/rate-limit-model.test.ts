import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { rateLimit } from './rate-limit.ts'
import type { RateLimit, Reservation } from './rate-limit-handle.ts'
import type { RateAlgorithm } from './rate-limit-options.ts'

/** Units and intervals are powers of two, so that times are exact: 4 units in 64 ms, one in 16. */
const limit = 4
const intervalMs = 64
const unitMs = intervalMs / limit

interface Start {
  readonly cost: number
  readonly atMs: number
}

interface Caller {
  readonly cost: number
  readonly controller: AbortController
  state: 'waiting' | 'started' | 'gone' | 'refused'
}

interface Held {
  readonly start: Start
  readonly reservation: Reservation
}

/** Callers, reservations, aborts and time in any order, and all that has started. */
class Trial {
  readonly clock: ManualClock = manualClock()
  readonly #algorithm: RateAlgorithm
  readonly #burst: number
  readonly #limit: RateLimit
  readonly #callers: Caller[] = []
  readonly #held: Held[] = []
  readonly #startOrder: number[] = []
  #starts: Start[] = []

  constructor(algorithm: RateAlgorithm, burst: number) {
    this.#algorithm = algorithm
    this.#burst = burst
    const options = { name: 'model', algorithm, limit, interval: intervalMs, queue: 6, learn: false }
    const withBurst = algorithm === 'sliding-window' ? options : { ...options, burst }
    this.#limit = rateLimit(withBurst, { clock: this.clock })
  }

  call(size: number): void {
    const caller: Caller = { cost: this.#cost(size), controller: new AbortController(), state: 'waiting' }
    const number = this.#callers.push(caller)
    const isQueueFull = this.#limit.snapshot().waiting === 6
    void this.#limit.acquire(caller.cost, { signal: caller.controller.signal }).then(
      () => {
        caller.state = 'started'
        this.#startOrder.push(number)
        this.#starts.push({ cost: caller.cost, atMs: this.clock.now() })
      },
      (error) => {
        caller.state = error === 'gone' ? 'gone' : 'refused'
        if (caller.state === 'refused') expect(isQueueFull).toBe(true)
      },
    )
  }

  abort(pick: number): void {
    this.#callers[pick % Math.max(1, this.#callers.length)]?.controller.abort('gone')
  }

  reserve(size: number): void {
    // A promise behind others is told before they start, so that the trial does not know yet when they do.
    if (this.#limit.snapshot().waiting > 0) return
    const cost = this.#cost(size)
    const reservation = this.#limit.reserve(cost)
    const start = { cost, atMs: this.clock.now() + reservation.waitMs }
    expect(start.atMs).toBe(this.#earliest(cost))
    this.#held.push({ start, reservation })
    this.#starts.push(start)
  }

  cancel(pick: number): void {
    const held = this.#held[pick % Math.max(1, this.#held.length)]
    const ahead = this.#starts.filter(({ atMs }) => atMs > this.clock.now())
    // With others ahead, a meter may not be able to give back all of it, as its own tests show.
    if (held === undefined || ahead.length !== 1 || ahead[0] !== held.start) return
    this.#held.splice(this.#held.indexOf(held), 1)
    held.reservation.cancel()
    this.#starts = this.#starts.filter((start) => start !== held.start)
  }

  /** Nobody waits whose moment has come. */
  async check(): Promise<void> {
    await this.clock.settle()
    const first = this.#callers.find(({ state }) => state === 'waiting')
    if (first !== undefined) expect(this.#earliest(first.cost)).toBeGreaterThan(this.clock.now())
    const waiting = this.#callers.filter(({ state }) => state === 'waiting').length
    expect(this.#limit.snapshot()).toMatchObject({ waiting })
  }

  async finish(): Promise<void> {
    await this.clock.advance(100 * intervalMs)
    expect(this.#callers.filter(({ state }) => state === 'waiting')).toEqual([])
    expect(this.#startOrder).toEqual(this.#startOrder.toSorted((a, b) => a - b))
    expect(this.#limit.snapshot()).toMatchObject({ waiting: 0, available: this.#burst })
    expect(this.clock.pending).toBe(0)
    this.#checkLaw()
  }

  /** By the definition of the algorithm, from all starts. */
  #earliest(cost: number): number {
    if (this.#algorithm !== 'sliding-window') return this.#earliestInBucket(cost)
    const starts = this.#starts.toSorted((a, b) => a.atMs - b.atMs)
    const lastMs = Math.max(this.clock.now(), ...starts.map(({ atMs }) => atMs))
    const moments = [lastMs, ...starts.map(({ atMs }) => atMs + intervalMs)].filter((at) => at >= lastMs)
    return moments
      .toSorted((a, b) => a - b)
      .find((at) => cost + sum(starts.filter(({ atMs }) => atMs > at - intervalMs)) <= limit) as number
  }

  #earliestInBucket(cost: number): number {
    let arrivalMs = -Infinity
    for (const { cost: units, atMs } of this.#starts.toSorted((a, b) => a.atMs - b.atMs)) {
      arrivalMs = Math.max(arrivalMs, atMs) + units * unitMs
    }
    return Math.max(this.clock.now(), arrivalMs + (cost - this.#burst) * unitMs)
  }

  #checkLaw(): void {
    const starts = this.#starts.toSorted((a, b) => a.atMs - b.atMs)
    for (const [i, { atMs: fromMs }] of starts.entries()) {
      if (this.#algorithm === 'sliding-window') {
        const span = starts.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + intervalMs)
        expect(sum(span)).toBeLessThanOrEqual(limit)
      } else {
        for (const [j, { atMs: toMs }] of starts.slice(i).entries()) {
          expect(sum(starts.slice(i, i + j + 1))).toBeLessThanOrEqual(this.#burst + (toMs - fromMs) / unitMs)
        }
      }
    }
  }

  #cost(size: number): number {
    return 1 + (size % this.#burst)
  }
}

function sum(starts: readonly Start[]): number {
  return starts.reduce((total, { cost }) => total + cost, 0)
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('call' as const), value: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('abort' as const), value: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reserve' as const), value: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), value: fc.nat(10) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('advance' as const), value: fc.nat(40) }) },
)

const setUps = [
  { algorithm: 'sliding-window', burst: limit },
  { algorithm: 'token-bucket', burst: limit },
  { algorithm: 'gcra', burst: 2 },
] as const

test.each(setUps)(
  'rateLimit: $algorithm keeps its law, first come first served, and starts each as soon as it may',
  async ({ algorithm, burst }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const trial = new Trial(algorithm, burst)
        for (const { type, value } of steps) {
          if (type === 'advance') await trial.clock.advance(value)
          else trial[type](value)
          await trial.check()
        }
        await trial.finish()
      }),
      { numRuns: 150 },
    )
  },
)
