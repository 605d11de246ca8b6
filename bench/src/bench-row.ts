import type { Progress } from './progress.ts'

/** Another solution of the same task, measured in the same run. */
export interface PeerResult {
  readonly name: string
  readonly version: string
  readonly value: number
}

/** One measured case. */
export interface BenchRow {
  readonly case: string
  readonly unit: string
  readonly ours: number
  /** The best that any solution could reach in this case; null when there is no such thing. */
  readonly floor: number | null
  readonly peers: readonly PeerResult[]
}

/** What a group is run with. */
export interface BenchOptions {
  /** Fewer seeds and rounds: to see that it works, not to quote. */
  readonly isQuick: boolean
  /** Only the row of this name. */
  readonly only: string | undefined
  /** Without the peers: to see the effect of a change, or for a profile with nothing else in it. */
  readonly isAlone: boolean
  /** Measured rounds, when another number than usual is asked for. */
  readonly rounds: number | undefined
  readonly progress: Progress
}

/** What a file in `groups/` exports. */
export interface BenchGroup {
  /** The names of the rows, when they can be measured one by one. Only such a group is asked for less than all. */
  readonly cases?: readonly string[]
  run(options: BenchOptions): Promise<readonly BenchRow[]>
}
