import { Link } from '../bulkhead/chain.ts'
import type { Taken } from './meter.ts'
import type { WaitingLine } from './waiting-line.ts'

/** Who waits for units. It ends once: admitted, refused, or gone by itself. */
export abstract class Waiter {
  readonly cost: number
  /** The moment that was promised, where somebody counts on it. */
  readonly promisedMs: number | undefined
  /** For its line: where it stands. */
  readonly place = new Link<Waiter>(this)
  /** The line it stands in; undefined before and after. */
  line: WaitingLine | undefined
  /** It does not wait beyond this moment. */
  deadlineMs = Infinity

  constructor(cost: number, promisedMs?: number) {
    this.cost = cost
    this.promisedMs = promisedMs
  }

  /** The units are taken; they start now, or at the promised moment. It must not throw. */
  abstract admit(taken: Taken): void

  /** Its turn would come too late. It must not throw. */
  abstract refuse(error: unknown): void
}
