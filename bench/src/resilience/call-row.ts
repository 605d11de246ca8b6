import { loopOf, readyCall, type CallCase, type ReadyCall } from './call-case.ts'
import { callAtOnce, concurrentCalls } from './call-loops.ts'
import { keepCompany } from './company.ts'
import type { Contender } from './contender.ts'
import { measureBytes } from './measure-bytes.ts'
import { interruptions } from './interruptions.ts'
import { measureTimes, type CallSubject } from './measure-times.ts'
import { ourContender } from './our-contender.ts'
import type { Measured, Row, RowOptions } from './row.ts'

interface Side extends ReadyCall {
  readonly name: string
  readonly version: string
}

/** Nanoseconds a call. */
export function timedRow(callCase: CallCase): Row {
  const loop = loopOf(callCase)
  return rowOf(callCase, {
    unit: 'ns',
    measure: (sides, { clock, isQuick, rounds = isQuick ? 3 : 31 }) =>
      measureTimes(sides, {
        clock,
        loop,
        interruptions,
        batchMs: isQuick ? 0.2 : 3,
        batchStep: loop === callAtOnce ? concurrentCalls : 10,
        rounds,
        warmUp: isQuick ? { calls: 100, ms: 10, rounds: 1 } : { calls: 20_000, ms: 1_000, rounds: 4 },
      }),
  })
}

/** Bytes a call. */
export function sizedRow(callCase: CallCase): Row {
  const loop = loopOf(callCase)
  return rowOf(callCase, {
    unit: 'bytes',
    measure: async (sides, { isQuick }) => {
      const bytes = new Map<string, number>()
      for (const { name, call } of sides) {
        bytes.set(
          name,
          await measureBytes(call, { loop, warmUpCalls: isQuick ? 100 : 20_000, samples: isQuick ? 3 : 15 }),
        )
      }
      return bytes
    },
  })
}

interface HowMeasured {
  readonly unit: string
  readonly measure: (
    sides: readonly CallSubject[],
    options: RowOptions,
  ) => Promise<ReadonlyMap<string, number>>
}

function rowOf(callCase: CallCase, how: HowMeasured): Row {
  return { name: callCase.name, measure: (options) => measured(callCase, how, options) }
}

async function measured(callCase: CallCase, how: HowMeasured, options: RowOptions): Promise<Measured> {
  // From a function of its own, as the call of every side is made.
  const floor = { name: 'floor', call: () => callCase.work() }
  const contenders = [ourContender, ...options.peers]
  const leave = callCase.hasCompany === true ? await Promise.all(contenders.map(keepCompany)) : []
  const ready = await Promise.all(contenders.map((contender) => sideOf(contender, callCase)))
  const sides = ready.filter((side) => side !== undefined)
  try {
    await check(sides, callCase)
    const values = await how.measure([floor, ...sides], options)
    await check(sides, callCase)
    const valueOf = (name: string): number => values.get(name) ?? Number.NaN
    return {
      unit: how.unit,
      ours: valueOf(ourContender.name),
      floor: valueOf(floor.name),
      peers: sides
        .filter(({ name }) => name !== ourContender.name)
        .map(({ name, version }) => ({ name, version, value: valueOf(name) })),
    }
  } finally {
    for (const side of sides) side.close()
    for (const letGo of leave) letGo()
  }
}

async function sideOf(contender: Contender, callCase: CallCase): Promise<Side | undefined> {
  const ready = await readyCall(contender, callCase)
  return ready && { name: contender.name, version: contender.version, ...ready }
}

/** A row is worth nothing when a call did not end as the case says, before it was measured or after. */
async function check(sides: readonly Side[], { name, ends }: CallCase): Promise<void> {
  for (const side of sides) {
    const end = await side.end()
    if (end !== ends) {
      throw new Error(
        `Cannot measure "${name}": ${side.name} must end with ${ends}, ended with ${String(end)}`,
      )
    }
  }
}
