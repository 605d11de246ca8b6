import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Helpers of the collector wait for processors that others use; without them its time is that of the garbage alone.
setFlagsFromString('--no-parallel-scavenge')
setFlagsFromString('--expose-gc')
/** The collector, which Node only hands out under a flag of its command line; contexts made after the flag have it, too. */
const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' | 'major' }) => void

/** Empties the part of the heap in which new objects are made, and leaves it as large as it has grown. */
export function collectYoung(): void {
  collect({ type: 'minor' })
}

/** Empties the whole heap of what nobody can reach. */
export function collectAll(): void {
  collect({ type: 'major' })
}
