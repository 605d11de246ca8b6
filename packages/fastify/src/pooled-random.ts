import { randomBytes } from 'node:crypto'
import type { RandomBytes } from 'seaworthy/telemetry'

const poolBytes = 8192

/**
 * Random bytes taken from a block that is fetched at once: asking the system for each few bytes costs more than all else
 * that an ID needs. No byte is given out twice.
 */
export function pooledRandom(): RandomBytes {
  let pool = new Uint8Array()
  let used = 0
  return (size) => {
    if (used + size > pool.byteLength) {
      pool = randomBytes(Math.max(poolBytes, size))
      used = 0
    }
    used += size
    return pool.subarray(used - size, used)
  }
}
