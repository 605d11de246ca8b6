import { sleep, systemClock } from 'seaworthy/core'
import type { PeerResult } from '../bench-row.ts'
import type { Contender, Keyed } from './contender.ts'
import { collectAll } from './garbage.ts'
import { ourContender } from './our-contender.ts'
import { keyNames } from './key-names.ts'
import type { Measured, RowOptions } from './row.ts'
import { work } from './work.ts'

/** Keys of ours. */
export const manyKeys = 100_000

/** Keys of the peers, of whom some take kilobytes for each; what a key takes does not depend on their number. */
const peerKeys = 10_000

/** Longer than the ticks of any clock that is measured, in milliseconds. */
const settlingMs = 100

/** Bytes a key that was called once, all keys alive. The floor is a `Map` with the same keys and a number for each. */
export async function keyedMemory({ isQuick, peers }: RowOptions): Promise<Measured> {
  const share = isQuick ? 0.2 : 1
  const results: PeerResult[] = []
  const ours = await bytesAKey(ourContender, manyKeys * share)
  for (const peer of peers) {
    const value = await bytesAKey(peer, peerKeys * share)
    if (value !== undefined) results.push({ name: peer.name, version: peer.version, value })
  }
  return {
    unit: 'bytes',
    ours: ours ?? Number.NaN,
    floor: await floorBytes(manyKeys * share),
    peers: results,
  }
}

async function bytesAKey({ keyed, mapped }: Contender, keys: number): Promise<number | undefined> {
  const make = keyed ?? mapped
  if (make === undefined) return undefined
  const names = keyNames(keys)
  let made: Keyed | undefined
  const bytes = await growth(async () => {
    made = await make(work, keys)
    for (const key of names) await made.call(key)
  })
  made?.close?.()
  return bytes / keys
}

async function floorBytes(keys: number): Promise<number> {
  const names = keyNames(keys)
  const map = new Map<string, number>()
  const bytes = await growth(async () => {
    for (const [index, key] of names.entries()) map.set(key, index)
  })
  return map.size === 0 ? Number.NaN : bytes / keys
}

/** What stays in memory, inside the heap and in buffers outside of it. */
async function growth(run: () => Promise<void>): Promise<number> {
  // What came before goes first: some of it only after timers of its owners have run.
  collectAll()
  await sleep(systemClock, settlingMs)
  const before = used()
  await run()
  return used() - before
}

function used(): number {
  collectAll()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
