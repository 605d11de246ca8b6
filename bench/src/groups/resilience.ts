import { systemClock } from 'seaworthy/core'
import type { BenchOptions, BenchRow } from '../bench-row.ts'
import { sizedCases, timedCases } from '../resilience/call-cases.ts'
import { sizedRow, timedRow, type CallRowOptions } from '../resilience/call-row.ts'
import { peerContenders } from '../resilience/contenders.ts'
import { ourContender } from '../resilience/our-contender.ts'

type MeasureRow = (options: CallRowOptions) => Promise<BenchRow>

const rows: ReadonlyMap<string, MeasureRow> = new Map([
  ...timedCases
    .filter(({ guard }) => ourContender.guards[guard] !== undefined)
    .map((callCase) => [callCase.name, (options: CallRowOptions) => timedRow(callCase, options)] as const),
  ...sizedCases
    .filter(({ guard }) => ourContender.guards[guard] !== undefined)
    .map((callCase) => [callCase.name, (options: CallRowOptions) => sizedRow(callCase, options)] as const),
])

/** The rows that `--case` can ask for. */
export const cases: readonly string[] = [...rows.keys()]

/** Our policies beside those of other libraries and a bare `await`. */
export async function run({ isQuick, isAlone, only, progress }: BenchOptions): Promise<readonly BenchRow[]> {
  const asked = [...rows].filter(([name]) => only === undefined || name === only)
  const peers = isAlone ? [] : peerContenders
  const measured: BenchRow[] = []
  for (const [, measure] of asked) {
    measured.push(await measure({ clock: systemClock, isQuick, peers }))
    progress.step(measured.length, asked.length)
  }
  return measured
}
