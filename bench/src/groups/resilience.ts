import { systemClock } from 'seaworthy/core'
import type { BenchOptions, BenchRow } from '../bench-row.ts'
import { sizedCases, timedCases } from '../resilience/call-cases.ts'
import { sizedRow, timedRow } from '../resilience/call-row.ts'
import { loadPeers } from '../resilience/contenders.ts'
import { allBusy, hundredBusy, sameBusy } from '../resilience/key-names.ts'
import { keyedMemory } from '../resilience/keyed-memory.ts'
import { evictionTime, manyKeysRatio } from '../resilience/keyed-times.ts'
import { ourContender } from '../resilience/our-contender.ts'
import type { Row } from '../resilience/row.ts'
import { rowInProcess } from '../row-process.ts'

const { guards, keyed } = ourContender

const keyedRows: readonly Row[] = [
  { name: '100,000 keyed breakers memory', measure: keyedMemory },
  {
    name: '100,000 keys: time a call by that of 100 keys',
    measure: (options) => manyKeysRatio(sameBusy, options),
  },
  {
    name: '100,000 keys, others busy all the time: time a call by that of 100 keys',
    measure: (options) => manyKeysRatio(hundredBusy, options),
  },
  {
    name: '100,000 keys, all busy: time a call by that of 100 keys',
    measure: (options) => manyKeysRatio(allBusy, options),
  },
  { name: 'evict a key', measure: evictionTime },
]

const rows: readonly Row[] = [
  ...timedCases.filter(({ guard }) => guards[guard] !== undefined).map(timedRow),
  ...sizedCases.filter(({ guard }) => guards[guard] !== undefined).map(sizedRow),
  ...(keyed === undefined ? [] : keyedRows),
]

/** The rows that `--case` can ask for. */
export const cases: readonly string[] = rows.map(({ name }) => name)

/**
 * Our policies beside those of other libraries and a bare `await`. Of several rows each has a process of its own, unless it
 * is only to be seen that they work.
 */
export async function run(options: BenchOptions): Promise<readonly BenchRow[]> {
  const { only, isQuick, progress } = options
  const asked = rows.filter(({ name }) => only === undefined || name === only)
  const isHere = isQuick || asked.length === 1
  const measured: BenchRow[] = []
  for (const row of asked) {
    measured.push(await (isHere ? measuredHere(row, options) : rowInProcess('resilience', row.name, options)))
    progress.step(measured.length, asked.length)
  }
  return measured
}

async function measuredHere({ name, measure }: Row, options: BenchOptions): Promise<BenchRow> {
  const { isQuick, isAlone, rounds } = options
  const peers = isAlone ? [] : await loadPeers()
  return { case: name, ...(await measure({ clock: systemClock, isQuick, rounds, peers })) }
}
