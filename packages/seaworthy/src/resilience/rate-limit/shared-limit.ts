/**
 * A rate limit that several processes keep together, in a store of their own such as Redis. This is what the store has
 * to offer; who waits, gives up or goes on without the store is decided on this side.
 *
 * The law: of all grants of one `name` and `key` that were not given back, at most `limit` units start in any span of
 * `intervalMs` (half open: a unit that started at `t` is out of it at `t + intervalMs`), on the store's own clock. Grants
 * start in the order in which they were asked for, so that who came first goes first, whichever process it is in; only
 * the place of a grant that was given back goes to who asks next.
 */
export interface SharedLimit {
  /**
   * Takes `cost` units, now or at the earliest later moment behind all grants so far. A refusal takes nothing.
   *
   * It rejects when the store cannot tell. It may settle later than its caller is willing to wait: the caller then gives
   * a grant back.
   */
  reserve(request: SharedLimitRequest): Promise<SharedLimitAnswer>
  /**
   * Gives a grant back that is not used: its units are free again. Grants that were made behind it keep their time. Giving
   * back twice, or what has run out, does nothing.
   */
  giveBack(grant: SharedLimitGrant): Promise<void>
  /** Lets no unit start for `forMs` from now, in any process. A pause that ends later than this one stays as it is. */
  pause(target: SharedLimitTarget, forMs: number): Promise<void>
  /**
   * Asked at the moment when the units of a grant are about to be used, also when it had no wait. Reads memory only.
   *
   * - `0`: use them now.
   * - above 0: wait that long and ask again, as when the limit was paused meanwhile.
   * - `'late'`: the moment has passed by more than the store allows for, or the store has lost the grant. The units must
   *   not be used, or a span could see more than its limit: give the grant back and reserve again.
   *
   * A store without it allows for any delay between the moment of a grant and its use.
   */
  dueInMs?(grant: SharedLimitGrant): number | 'late'
}

/** Which limit it is about. */
export interface SharedLimitTarget {
  /** The name of the limit, the same in all processes that share it. */
  readonly name: string
  /** What is limited on its own, such as a tenant; empty for one limit on all. */
  readonly key: string
}

export interface SharedLimitRequest extends SharedLimitTarget {
  /** Units to take, a whole number from 1 to `limit`. */
  readonly cost: number
  /** Units that may start in `intervalMs`, a whole number from 1. */
  readonly limit: number
  /** Length of the span, in milliseconds. */
  readonly intervalMs: number
  /** The longest wait the caller would bear: with a later start the answer is a refusal. 0 for now or never. */
  readonly maxWaitMs: number
  /** The process that asks, unique among those that share the limit: who holds what, for people and for cleaning up. */
  readonly caller: string
}

/** Units that were taken. */
export interface SharedLimitGrant extends SharedLimitTarget {
  readonly granted: true
  /** Names the grant to its store. */
  readonly id: string
  readonly cost: number
  readonly caller: string
  /** Time until the units may be used, from the moment of the answer on the store's clock; 0 for at once. */
  readonly waitMs: number
}

export interface SharedLimitRefusal {
  readonly granted: false
  /** Time after which as much would start at once, if nobody else asked. */
  readonly retryAfterMs: number
}

export type SharedLimitAnswer = SharedLimitGrant | SharedLimitRefusal
