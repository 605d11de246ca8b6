import type { Clock, Timer } from 'seaworthy/core'
import { DeadlineList, type Registration } from '../timeout/deadline-list.ts'
import type { HedgeDelay } from './hedge-delay.ts'

/** A call that waits for its delay to be over. */
export interface HedgeWaiter {
  /** What the queue keeps with the call while it waits. */
  ticket: Registration<HedgeWaiter> | Timer | undefined
  /** The delay is over. */
  over(): void
}

/** Where the calls of a hedge wait. */
export interface HedgeQueue {
  begin(waiter: HedgeWaiter, delayMs: number): void
  /** The call waits no longer, if it did. */
  end(waiter: HedgeWaiter): void
}

/** Calls that all wait equally long share one timer; a delay that changes needs one for each call. */
export function createHedgeQueue(delay: HedgeDelay, clock: Clock): HedgeQueue {
  return delay.fixedMs === undefined ? new TimerPerCall(clock) : new SharedTimer(delay.fixedMs, clock)
}

class SharedTimer implements HedgeQueue {
  readonly #deadlines: DeadlineList<HedgeWaiter>

  constructor(delayMs: number, clock: Clock) {
    this.#deadlines = new DeadlineList(delayMs, clock, {
      keep: (waiter, link) => {
        waiter.ticket = link
      },
      onOver: (waiter) => {
        waiter.ticket = undefined
        waiter.over()
      },
    })
  }

  begin(waiter: HedgeWaiter): void {
    waiter.ticket = this.#deadlines.begin(waiter)
  }

  end(waiter: HedgeWaiter): void {
    const { ticket } = waiter
    waiter.ticket = undefined
    if (ticket !== undefined) this.#deadlines.end(ticket as Registration<HedgeWaiter>)
  }
}

class TimerPerCall implements HedgeQueue {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(waiter: HedgeWaiter, delayMs: number): void {
    waiter.ticket = this.#clock.schedule(delayMs, () => waiter.over(), { keepsAlive: true })
  }

  end(waiter: HedgeWaiter): void {
    const { ticket } = waiter
    waiter.ticket = undefined
    if (ticket !== undefined) (ticket as Timer).cancel()
  }
}
