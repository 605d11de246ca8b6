/** What the workers of a fleet and their parent say to each other, as lines of JSON. */

export interface WorkerPlan {
  readonly worker: number
  readonly url: string
  readonly client: 'node-redis' | 'ioredis'
  readonly callers: number
  readonly limit: number
  readonly intervalMs: number
  /** Its callers ask within this time, each at a random moment of it. */
  readonly spreadMs: number
  readonly startWithinMs?: number | undefined
}

/** Moments are microseconds of the machine's monotonic clock, the same in all processes. */
export type WorkerMessage =
  | { readonly type: 'connected' }
  /** A caller may do its work, and does. The server first had its question at a moment of its own clock. */
  | { readonly type: 'started'; readonly startedUs: number; readonly arrivedUs: number }
  /** How often a caller had to ask again: its moment had passed, or Redis was not there. */
  | { readonly type: 'done'; readonly askedAgain: number }

export interface GoMessage {
  readonly type: 'go'
  /** When the callers of all workers begin to ask. */
  readonly atUs: number
}

export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}
