import { seededRandom, type Clock, type SeededRandom, type Timer } from 'seaworthy/core'

interface Event {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

/** A clock whose timers all run at once, in order of their time, when it is told to move: for simulations of many calls. */
export class SimulatedClock implements Clock {
  #nowMs = 0
  #order = 0
  readonly #heap: Event[] = []
  readonly #cancelled = new Set<Event>()

  now(): number {
    return this.#nowMs
  }

  wallTime(): number {
    return this.#nowMs
  }

  schedule(delayMs: number, run: () => void): Timer {
    const event = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run }
    this.#push(event)
    const cancel = (): void => {
      this.#cancelled.add(event)
    }
    return { cancel, [Symbol.dispose]: cancel }
  }

  /** Moves on to a time. */
  runUntil(endMs: number): void {
    for (let event = this.#heap[0]; event !== undefined && event.atMs <= endMs; event = this.#heap[0]) {
      this.#pop()
      if (this.#cancelled.delete(event)) continue
      this.#nowMs = event.atMs
      event.run()
    }
    this.#nowMs = endMs
  }

  #push(event: Event): void {
    let place = this.#heap.push(event) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      if (isBefore(this.#heap[above], event)) break
      this.#heap[place] = this.#heap[above] as Event
      place = above
    }
    this.#heap[place] = event
  }

  #pop(): void {
    const last = this.#heap.pop() as Event
    if (this.#heap.length === 0) return
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (isBefore(this.#heap[child + 1], this.#heap[child] as Event)) child++
      const below = this.#heap[child]
      if (below === undefined || isBefore(last, below)) break
      this.#heap[place] = below
      place = child
    }
    this.#heap[place] = last
  }
}

function isBefore(one: Event | undefined, other: Event): boolean {
  if (one === undefined) return false
  return one.atMs === other.atMs ? one.order < other.order : one.atMs < other.atMs
}

export interface ServerRules {
  /** Calls that it works on at once; more wait. */
  workers: number
  /** Mean time of one call's work. */
  workMs: number
  /** Calls that may wait; more are answered with overload at once. */
  queueMax: number
}

/** A server of known capacity: some workers, a queue before them, and work of varying length (Erlang of 4 stages). */
export class SimulatedServer {
  readonly rules: ServerRules
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #queue: (() => void)[] = []
  #working = 0

  constructor(rules: ServerRules, clock: Clock, random: SeededRandom) {
    this.rules = rules
    this.#clock = clock
    this.#random = random
  }

  call(onEnd: (isOverloaded: boolean) => void): void {
    if (this.#working < this.rules.workers) this.#work(onEnd)
    else if (this.#queue.length < this.rules.queueMax) this.#queue.push(() => this.#work(onEnd))
    else this.#clock.schedule(0.1, () => onEnd(true))
  }

  #work(onEnd: (isOverloaded: boolean) => void): void {
    this.#working++
    let stages = 0
    for (let i = 0; i < 4; i++) stages -= Math.log(1 - this.#random.next())
    this.#clock.schedule((this.rules.workMs * stages) / 4, () => {
      this.#working--
      while (this.#working < this.rules.workers && this.#queue.length > 0) this.#queue.shift()?.()
      onEnd(false)
    })
  }
}

/** Calls that come at random times (Poisson), so many a second, until told otherwise. */
export class SimulatedDemand {
  perSecond: number
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #onCall: () => void

  constructor(
    perSecond: number,
    onCall: () => void,
    runtime: { readonly clock: Clock; readonly random: SeededRandom },
  ) {
    this.perSecond = perSecond
    this.#clock = runtime.clock
    this.#random = runtime.random
    this.#onCall = onCall
    this.#next()
  }

  #next(): void {
    const delayMs = (-Math.log(1 - this.#random.next()) * 1_000) / this.perSecond
    this.#clock.schedule(delayMs, () => {
      this.#onCall()
      this.#next()
    })
  }
}

export function simulationRuntime(seed: number): {
  readonly clock: SimulatedClock
  readonly random: SeededRandom
} {
  return { clock: new SimulatedClock(), random: seededRandom(seed) }
}
