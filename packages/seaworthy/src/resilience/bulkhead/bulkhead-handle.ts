import type { Policy } from '../engine/policy.ts'
import type { SlotRequest } from './acquire-slot.ts'
import type { BulkheadSettings } from './bulkhead-options.ts'

export interface BulkheadSnapshot {
  readonly name: string
  readonly concurrency: number
  /** Slots taken, those of abandoned work included. */
  readonly active: number
  /** Slots taken by work that goes on after a timeout gave it up. */
  readonly abandoned: number
  readonly queue: number
  /** Calls that wait for a slot. */
  readonly waiting: number
  /** Calls refused since the start: all was full, another took the place, or the wait was too long. */
  readonly refused: number
}

/** A slot that was taken by hand. It is given back once. */
export interface Slot extends Disposable {
  release(): void
}

/** Limits how many calls are under way at once. */
export interface Bulkhead extends Policy {
  readonly kind: 'bulkhead'
  /** Takes a slot if one is free. Undefined, counted as a refusal, when none is. */
  tryAcquire(): Slot | undefined
  /**
   * Takes a slot, waiting for it if need be. It rejects with the reason of the signal, or:
   *
   * @throws SeaworthyError ERR_BULKHEAD_FULL, ERR_QUEUE_TIMEOUT
   */
  acquire(request?: SlotRequest): Promise<Slot>
  /**
   * Changes the given settings while it runs; the others stay. More slots serve who waits at once. With fewer, calls under
   * way go on, and slots are lent again when few enough are taken. Who has no place in a smaller queue, or has waited too
   * long by a new limit, is refused. When a setting is wrong, nothing changes.
   *
   * @throws SeaworthyError ERR_INVALID_OPTION
   */
  reconfigure(settings: BulkheadSettings): void
  snapshot(): BulkheadSnapshot
}
