import type { SlotRequest } from '../bulkhead/acquire-slot.ts'
import type { Policy } from '../engine/policy.ts'
import type { AdaptiveLimitSettings, LimitAlgorithmName } from './adaptive-limit-options.ts'
import type { LoadOutcome } from './load-outcome.ts'

export interface AdaptiveLimitSnapshot {
  readonly name: string
  readonly algorithm: LimitAlgorithmName
  /** Calls that may be under way at present. */
  readonly limit: number
  /** Slots taken, those of abandoned work included. */
  readonly active: number
  /** Slots taken by work that goes on after it was given up. */
  readonly abandoned: number
  /** Calls that wait for a slot. */
  readonly waiting: number
  /** Calls refused since the start, for whichever reason. */
  readonly refused: number
  /** Calls since the start that were dropped by the other side. */
  readonly dropped: number
  /** `start`: still doubling; `steady`: moved by the algorithm; `probe`: halved, to measure the time without load. */
  readonly phase: 'start' | 'steady' | 'probe'
  /** Mean time of a call without load; undefined while unknown, and always for `aimd`. */
  readonly baseMs: number | undefined
}

/** The right to one call under a limit. It is given back once; later ends change nothing. */
export interface LimitPermit extends Disposable {
  /** Gives it back with how the call ended. */
  record(outcome: LoadOutcome): void
  /** Gives it back without saying how. */
  release(): void
}

/** Limits calls under way to what the other side bears, which it finds out by itself. */
export interface AdaptiveLimit extends Policy {
  readonly kind: 'adaptive-limit'
  /** Takes a permit if one is free. Undefined, counted as a refusal, when none is. */
  tryAcquire(): LimitPermit | undefined
  /**
   * Takes a permit, waiting for it if need be. It rejects with the reason of the signal, or:
   *
   * @throws SeaworthyError ERR_CONCURRENCY_LIMIT, ERR_QUEUE_TIMEOUT
   */
  acquire(request?: SlotRequest): Promise<LimitPermit>
  /**
   * Changes the given settings while it runs; the others stay, and what was found out does. When one is wrong, nothing
   * changes.
   *
   * @throws SeaworthyError ERR_INVALID_OPTION
   */
  reconfigure(settings: AdaptiveLimitSettings): void
  snapshot(): AdaptiveLimitSnapshot
}
