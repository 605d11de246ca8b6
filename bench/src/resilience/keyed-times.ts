import { callInTurn } from './call-loops.ts'
import type { KeyedGuard } from './contender.ts'
import { manyKeys } from './keyed-memory.ts'
import { keyNames, type KeyOrder } from './key-names.ts'
import { interruptions } from './interruptions.ts'
import { measureTimes, type CallSubject } from './measure-times.ts'
import { ourContender } from './our-contender.ts'
import type { Measured, RowOptions } from './row.ts'
import { work, type GuardedWork } from './work.ts'

const fewKeys = 100

/** What a call costs while many keys are kept by what it costs with few. The floor is a `Map` with a number for each key. */
export async function manyKeysRatio(order: KeyOrder, options: RowOptions): Promise<Measured> {
  const many = options.isQuick ? fewKeys * 10 : manyKeys
  const natives = [ourContender, ...options.peers].flatMap(({ name: side, version, keyed }) =>
    keyed === undefined ? [] : [{ name: side, version, keyed }],
  )
  const subjects: CallSubject[] = []
  for (const { name: side, keyed } of [{ name: 'floor', keyed: boundedMap }, ...natives]) {
    for (const keys of [fewKeys, many]) {
      subjects.push({ name: `${side} ${keys}`, call: await keptKeys(keyed, keys, order) })
    }
  }
  const times = await measure(subjects, options)
  const ratio = (side: string): number =>
    (times.get(`${side} ${many}`) ?? Number.NaN) / (times.get(`${side} ${fewKeys}`) ?? Number.NaN)
  return {
    unit: 'ratio',
    ours: ratio(ourContender.name),
    floor: ratio('floor'),
    peers: natives
      .filter((side) => side.name !== ourContender.name)
      .map((side) => ({ name: side.name, version: side.version, value: ratio(side.name) })),
  }
}

/** A call with a key that is not kept, while all places are taken. The floor is a `Map` that drops its oldest key. */
export async function evictionTime(options: RowOptions): Promise<Measured> {
  const keysMax = options.isQuick ? fewKeys : manyKeys
  const { keyed } = ourContender
  if (keyed === undefined) throw new Error('Cannot measure an eviction: ours must be keyed')
  const times = await measure(
    [
      { name: 'floor', call: await newKeys(boundedMap, keysMax) },
      { name: ourContender.name, call: await newKeys(keyed, keysMax) },
    ],
    options,
  )
  const timeOf = (side: string): number => times.get(side) ?? Number.NaN
  return { unit: 'ns', ours: timeOf(ourContender.name), floor: timeOf('floor'), peers: [] }
}

function measure(
  subjects: readonly CallSubject[],
  { clock, isQuick, rounds = isQuick ? 3 : 31 }: RowOptions,
): Promise<ReadonlyMap<string, number>> {
  return measureTimes(subjects, {
    clock,
    loop: callInTurn,
    interruptions,
    batchMs: isQuick ? 0.2 : 3,
    batchStep: 10,
    rounds,
    warmUp: isQuick ? { calls: 100, ms: 10, rounds: 1 } : { calls: 20_000, ms: 1_000, rounds: 4 },
  })
}

/** Calls in the order, after each key was called once. */
async function keptKeys(guard: KeyedGuard, keys: number, order: KeyOrder): Promise<() => unknown> {
  const { call } = await guard(work, keys)
  for (const key of keyNames(keys)) await call(key)
  const next = order(keys)
  return () => call(next())
}

/** Twice as many keys as are kept, in a circle: when one comes again it is long gone. */
async function newKeys(guard: KeyedGuard, keysMax: number): Promise<() => unknown> {
  const { call } = await guard(work, keysMax)
  const names = keyNames(2 * keysMax)
  let next = 0
  const callNext = (): unknown => {
    const key = names[next] ?? ''
    next = next + 1 === names.length ? 0 : next + 1
    return call(key)
  }
  for (let filled = 0; filled < keysMax; filled++) await callNext()
  return callNext
}

function boundedMap(
  guarded: GuardedWork,
  keysMax: number,
): { readonly call: (key: string) => Promise<unknown> } {
  const kept = new Map<string, number>()
  const order: string[] = []
  let oldest = 0
  const add = (key: string): void => {
    if (order.length < keysMax) order.push(key)
    else {
      kept.delete(order[oldest] ?? '')
      order[oldest] = key
      oldest = (oldest + 1) % keysMax
    }
    kept.set(key, 1)
  }
  return {
    call(key) {
      if (!kept.has(key)) add(key)
      return guarded()
    },
  }
}
