import type { Runtime } from './clock.ts'
import { systemRandom } from './random.ts'
import { systemClock } from './system-clock.ts'

/** The machine's clock and random numbers: what is used when nothing is handed in. */
export const systemRuntime: Runtime = Object.freeze({ clock: systemClock, random: systemRandom })
