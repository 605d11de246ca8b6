import type { SharedLimitGrant } from 'seaworthy/resilience'

/** How often the clock of a limit is held for one unit. */
const holdsMax = 2

/**
 * Units that come too late to be used. For each, the clock of its limit is held, so that it keeps its place; where that
 * cannot be it has lost its moment. When a unit is late all the same, this process or its way to the server is too slow for
 * the limit: it does not hold up the others for a while.
 */
export class LateUnits {
  readonly #now: () => number
  readonly #tries = new WeakMap<SharedLimitGrant, Tries>()
  #restsUntilMs = -Infinity

  constructor(now: () => number) {
    this.#now = now
  }

  /** Whether the answer for a unit is yet to come. */
  isAsking(grant: SharedLimitGrant): boolean {
    return this.#tries.get(grant)?.isUnderWay === true
  }

  /** Asks for a unit that is late, unless that is of no use: false when the moment is lost. */
  ask(grant: SharedLimitGrant, { restMs, hold }: LateUnit): boolean {
    const tries = this.#tries.get(grant) ?? { count: 0, isUnderWay: false, isLost: false }
    this.#tries.set(grant, tries)
    if (tries.isLost || this.#now() < this.#restsUntilMs) return false
    if (tries.count >= holdsMax) {
      this.#restsUntilMs = this.#now() + restMs
      return false
    }
    tries.count++
    tries.isUnderWay = true
    void hold().then((isHeld) => {
      tries.isUnderWay = false
      tries.isLost = !isHeld
    })
    return true
  }
}

export interface LateUnit {
  /** For how long no other is asked for when this one is late again. */
  readonly restMs: number
  /** Asks that the clock is held, and answers whether it was. Never rejects. */
  readonly hold: () => Promise<boolean>
}

interface Tries {
  count: number
  isUnderWay: boolean
  isLost: boolean
}
