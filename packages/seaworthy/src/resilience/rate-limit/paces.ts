import { fullPace, shareAt, slowed, type Pace, type PaceRules } from './pace.ts'

/** A refusal by the server. */
export interface HeardRefusal {
  readonly nowMs: number
  /** When the call was sent that it answers; taken for now when nobody knows. */
  readonly sentMs: number | undefined
  readonly retryAfterMs: number | undefined
}

/** The {@link Pace} of each slot; those at full pace, which are mostly all, are not kept. */
export class Paces {
  readonly #rules: PaceRules | undefined
  readonly #paces = new Map<number, Pace>()

  /** @param rules undefined for a limit that does not listen to the server */
  constructor(rules: PaceRules | undefined) {
    this.#rules = rules
  }

  isFull(slot: number, nowMs: number): boolean {
    return this.fromMs(slot, nowMs) === nowMs && !this.#paces.has(slot)
  }

  forget(slot: number): void {
    this.#paces.delete(slot)
  }

  /** The end of a pause, or now. */
  fromMs(slot: number, nowMs: number): number {
    if (this.#paces.size === 0) return nowMs
    const pace = this.#paces.get(slot)
    if (pace === undefined || pace.kind === 'full') return nowMs
    if (pace.untilMs > nowMs) return pace.untilMs
    if (this.shareAt(slot, nowMs) === 1) this.#paces.delete(slot)
    return nowMs
  }

  /** A share of the limit is kept by counting each unit for as many as go into it. */
  unitsOf(slot: number, cost: number, nowMs: number): number {
    if (this.#paces.size === 0) return cost
    return cost / this.shareAt(slot, this.fromMs(slot, nowMs))
  }

  shareAt(slot: number, nowMs: number): number {
    const pace = this.#paces.get(slot)
    return pace === undefined || this.#rules === undefined ? 1 : shareAt(pace, nowMs, this.#rules)
  }

  /** The end of the pause that a refusal by the server begins; undefined when it changes nothing. */
  slow(slot: number, { sentMs, nowMs, retryAfterMs }: HeardRefusal): number | undefined {
    if (this.#rules === undefined) return undefined
    const before = this.#paces.get(slot) ?? fullPace
    const pace = slowed(before, { sentMs: sentMs ?? nowMs, nowMs, retryAfterMs }, this.#rules)
    if (pace === before || pace.kind === 'full') return undefined
    this.#paces.set(slot, pace)
    return pace.untilMs
  }
}
