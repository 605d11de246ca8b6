import type { Random } from 'seaworthy/core'
import { resilienceError } from '../resilience-errors.ts'
import type { ResolvedFault } from './fault.ts'

/** How many faults a switch holds at once. */
export const rulesMax = 20

/** A fault that is set. */
export interface FaultRule {
  readonly id: number
  readonly fault: ResolvedFault
  /** When it ends by itself, on the monotonic clock; Infinity for never. */
  readonly endsAtMs: number
  /** Calls that it met. */
  met: number
}

/** What faults do to one call: it is held up, and then goes ahead or meets its end. */
export interface FaultPlan {
  readonly delayMs: number
  readonly end: ResolvedFault | undefined
}

/** Who may meet faults. */
export interface FaultTarget {
  readonly key: string | undefined
  readonly random: Random
}

/** The faults of one switch, in the order in which they were set. Those whose time is over are forgotten. */
export class FaultRules {
  readonly #name: string
  #rules: readonly FaultRule[] = []
  #lastId = 0

  constructor(name: string) {
    this.#name = name
  }

  /** Whether there is none, also none whose time may be over. */
  get isEmpty(): boolean {
    return this.#rules.length === 0
  }

  active(nowMs: number): readonly FaultRule[] {
    this.#rules = this.#rules.filter(({ endsAtMs }) => endsAtMs > nowMs)
    return this.#rules
  }

  /**
   * Adds a fault.
   *
   * @returns its number
   * @throws SeaworthyError ERR_FAULTS_FULL
   */
  add(fault: ResolvedFault, nowMs: number, endsAtMs: number): number {
    const active = this.active(nowMs)
    if (active.length >= rulesMax) this.#refuse(active.length + 1)
    const id = ++this.#lastId
    this.#rules = [...active, { id, fault, endsAtMs, met: 0 }]
    return id
  }

  /**
   * Puts faults in place of all others.
   *
   * @throws SeaworthyError ERR_FAULTS_FULL, and then all stays as it is
   */
  replace(faults: readonly ResolvedFault[], endsAtMs: number): void {
    if (faults.length > rulesMax) this.#refuse(faults.length)
    this.#rules = faults.map((fault) => ({ id: ++this.#lastId, fault, endsAtMs, met: 0 }))
  }

  /** False when there is no fault of this number. */
  remove(id: number): boolean {
    const rest = this.#rules.filter((rule) => rule.id !== id)
    const isRemoved = rest.length < this.#rules.length
    this.#rules = rest
    return isRemoved
  }

  #refuse(count: number): never {
    throw resilienceError(
      'ERR_FAULTS_FULL',
      `Cannot set faults of "${this.#name}": must be at most ${rulesMax} at once, received ${count}`,
      { details: { name: this.#name, max: rulesMax } },
    )
  }
}

/** A fault as a rule, or by itself. */
type Candidate = Pick<FaultRule, 'fault' | 'met'>

/** Latencies add up, until the first fault that ends the call: those after it are not met. */
export function planFaults(candidates: readonly Candidate[], target: FaultTarget): FaultPlan | undefined {
  let delayMs = 0
  let hasMet = false
  for (const candidate of candidates) {
    const { fault } = candidate
    if (!meets(fault, target)) continue
    candidate.met++
    hasMet = true
    if (fault.kind !== 'latency') return { delayMs, end: fault }
    delayMs += fault.delayMs + target.random.next() * fault.jitterMs
  }
  return hasMet ? { delayMs, end: undefined } : undefined
}

function meets({ key, share }: ResolvedFault, target: FaultTarget): boolean {
  if (key !== undefined && key !== target.key) return false
  return share === 1 || target.random.next() < share
}
