import { defineOptions, matching, systemRuntime, type Clock, type Random, type Runtime } from 'seaworthy/core'
import { hasMethods } from './has-methods.ts'

const resolveRuntime = defineOptions('runtime', systemRuntime, {
  clock: matching('a clock with now, wallTime and schedule', (value): value is Clock =>
    hasMethods<Clock>(value, 'now', 'wallTime', 'schedule'),
  ),
  random: matching('random numbers with next', (value): value is Random => hasMethods<Random>(value, 'next')),
})

/** What may be handed in of a runtime. */
interface GivenRuntime {
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
}

/**
 * What was handed in, completed by the machine's own clock and random numbers. It may have more than that: a runtime is
 * often part of something larger.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function completeRuntime(runtime: GivenRuntime = {}): Runtime {
  if (typeof runtime !== 'object' || runtime === null) return resolveRuntime(runtime)
  const { clock, random } = runtime
  return resolveRuntime({ clock, random })
}
