import { observeServerTime, type ServerTime, type TimedAnswer } from './server-time.ts'
import type { LimitNews } from './slot.ts'

/**
 * What this process last heard of each limit that it has units of, for as long as they count. It holds a bounded number of
 * limits and forgets the one unheard of for longest: its units are then used as they were granted, and a loss of the
 * server's data may go unnoticed.
 */
export class Ledger {
  readonly #capacity: number
  readonly #entries = new Map<string, Entry>()

  /** @param capacity how many limits it holds */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.size
  }

  /** What was last heard. */
  newsOf(limit: string): LimitNews | undefined {
    return this.#entries.get(limit)?.news
  }

  /** The generation in which units of this process count at that time; empty when there are none. */
  generationOf(limit: string, nowMs: number): string {
    const entry = this.#entries.get(limit)
    return entry !== undefined && nowMs < entry.units.countUntilMs ? entry.news.generation : ''
  }

  /** What is known of the time of the server that has the limit. */
  timeOf(limit: string): ServerTime | undefined {
    return this.#entries.get(limit)?.time
  }

  /** Takes notice of an answer, if this process has units of the limit. They count for longer when they became later. */
  note(limit: string, news: LimitNews, answer: TimedAnswer): void {
    const known = this.#entries.get(limit)
    if (known === undefined) return
    const laterMs = (news.heldUs + news.movedUs - known.news.heldUs - known.news.movedUs) / 1_000
    const countUntilMs = known.units.countUntilMs + Math.max(0, laterMs)
    const time = observeServerTime(known.time, answer)
    this.#entries.set(limit, { news, time, units: { ...known.units, countUntilMs } })
  }

  /** Takes notice of units that were granted, and returns what is known of the time of their server. */
  noteGrant(limit: string, { news, units, answer }: GrantNotice): ServerTime {
    const known = this.#entries.get(limit)
    const time = observeServerTime(known?.time, answer)
    this.#entries.delete(limit)
    if (this.#entries.size >= this.#capacity) this.#forgetOldest()
    this.#entries.set(limit, { news, time, units: known === undefined ? units : laterOf(known.units, units) })
    return time
  }

  /** A limit with units that count at that time. */
  usedOf(limit: string, nowMs: number): LimitInUse | undefined {
    const entry = this.#entries.get(limit)
    if (entry === undefined || entry.units.countUntilMs <= nowMs) return undefined
    return { ...entry.units, limit, generation: entry.news.generation }
  }

  /** The limits with units that count at that time. Those without are forgotten. */
  inUse(nowMs: number): readonly LimitInUse[] {
    const found: LimitInUse[] = []
    for (const [limit, { news, units }] of this.#entries) {
      if (units.countUntilMs <= nowMs) this.#entries.delete(limit)
      else found.push({ ...units, limit, generation: news.generation })
    }
    return found
  }

  #forgetOldest(): void {
    for (const limit of this.#entries.keys()) {
      this.#entries.delete(limit)
      return
    }
  }
}

/** Units that this process was granted. */
export interface CountingUnits {
  /** The keys of their limit. */
  readonly keys: readonly string[]
  /** How far apart its spans are, in microseconds. */
  readonly spacingUs: number
  /** Until when the last of them counts, in milliseconds on this process's clock. */
  readonly countUntilMs: number
}

export interface LimitInUse extends CountingUnits {
  readonly limit: string
  readonly generation: string
}

export interface GrantNotice {
  readonly news: LimitNews
  readonly units: CountingUnits
  readonly answer: TimedAnswer
}

interface Entry {
  readonly news: LimitNews
  readonly units: CountingUnits
  readonly time: ServerTime
}

function laterOf(one: CountingUnits, other: CountingUnits): CountingUnits {
  return one.countUntilMs > other.countUntilMs ? one : other
}
