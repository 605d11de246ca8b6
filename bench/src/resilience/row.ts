import type { Clock } from 'seaworthy/core'
import type { BenchRow } from '../bench-row.ts'
import type { Contender } from './contender.ts'

export interface RowOptions {
  readonly clock: Clock
  readonly isQuick: boolean
  /** Measured rounds, when another number than usual is asked for. */
  readonly rounds: number | undefined
  readonly peers: readonly Contender[]
}

/** What a row says, but its name. */
export type Measured = Omit<BenchRow, 'case'>

/** One row of the table, measured when it is asked for. */
export interface Row {
  readonly name: string
  readonly measure: (options: RowOptions) => Promise<Measured>
}
