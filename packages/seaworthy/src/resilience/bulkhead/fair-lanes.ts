import { Chain, Link } from './chain.ts'

/** Who is served first among those of one key. */
export type WaitOrder = 'fifo' | 'lifo'

/** Something that waits. It stands in the lane of its key and, by age, in the whole queue. */
export class Place<T> {
  readonly value: T
  readonly priority: number
  /** When it began to wait, in milliseconds on the queue's clock. */
  readonly sinceMs: number
  /** Undefined before and after the waiting. */
  lane: Lane<T> | undefined
  readonly inLane: Link<Place<T>>
  readonly byAge: Link<Place<T>>

  constructor(value: T, priority: number, sinceMs: number) {
    this.value = value
    this.priority = priority
    this.sinceMs = sinceMs
    this.inLane = new Link(this)
    this.byAge = new Link(this)
  }
}

/** Those that wait under one key, oldest first. */
class Lane<T> {
  readonly key: string | undefined
  readonly places = new Chain<Place<T>>()
  length = 0
  readonly turn: Link<Lane<T>>
  readonly ofLength: Link<Lane<T>>

  constructor(key: string | undefined) {
    this.key = key
    this.turn = new Link(this)
    this.ofLength = new Link(this)
  }
}

/**
 * Those that wait at one priority, in a lane for each key. Lanes are served in turn, so that a key with many waiters
 * delays another by one of its own at a time; when somebody has to go, the longest lane loses the one it would serve
 * last (as fair queueing drops, P. McKenney, Stochastic Fairness Queueing, 1990). Every operation takes constant time.
 */
export class FairLanes<T> {
  readonly #lanes = new Map<string | undefined, Lane<T>>()
  readonly #turns = new Chain<Lane<T>>()
  /** The lanes of each length, from 1; the last entry is never empty. */
  readonly #byLength: Chain<Lane<T>>[] = []

  get isEmpty(): boolean {
    return this.#lanes.size === 0
  }

  /** Puts a place at the end of its key's lane. */
  add(place: Place<T>, key: string | undefined): void {
    const lane = this.#lanes.get(key) ?? this.#open(key)
    place.lane = lane
    lane.places.append(place.inLane)
    this.#resize(lane, 1)
  }

  /** Takes out who is next, and puts the lane's next turn behind that of the others. */
  take(order: WaitOrder): Place<T> | undefined {
    const lane = this.#turns.first?.item
    if (lane === undefined) return undefined
    this.#turns.remove(lane.turn)
    this.#turns.append(lane.turn)
    return this.#takeOut(order === 'fifo' ? lane.places.first : lane.places.last)
  }

  /** Takes out who would be served last of the longest lane; of equally long ones, the lane that changed last. */
  drop(order: WaitOrder): Place<T> | undefined {
    const lane = this.#byLength.at(-1)?.last?.item
    return this.#takeOut(order === 'fifo' ? lane?.places.last : lane?.places.first)
  }

  /** Takes a place out; false when it is not in a lane. */
  remove(place: Place<T>): boolean {
    const { lane } = place
    if (lane === undefined) return false
    place.lane = undefined
    lane.places.remove(place.inLane)
    this.#resize(lane, -1)
    if (lane.length === 0) {
      this.#lanes.delete(lane.key)
      this.#turns.remove(lane.turn)
    }
    return true
  }

  #takeOut(link: Link<Place<T>> | undefined): Place<T> | undefined {
    if (link !== undefined) this.remove(link.item)
    return link?.item
  }

  #open(key: string | undefined): Lane<T> {
    const lane = new Lane<T>(key)
    this.#lanes.set(key, lane)
    this.#turns.append(lane.turn)
    return lane
  }

  #resize(lane: Lane<T>, change: 1 | -1): void {
    this.#byLength[lane.length - 1]?.remove(lane.ofLength)
    lane.length += change
    if (lane.length > this.#byLength.length) this.#byLength.push(new Chain())
    this.#byLength[lane.length - 1]?.append(lane.ofLength)
    if (this.#byLength.at(-1)?.last === undefined) this.#byLength.pop()
  }
}
