import { systemRuntime, type Runtime } from 'seaworthy/core'

/** What was handed in, completed by the machine's own clock and random numbers. */
export function completeRuntime(runtime: Partial<Runtime> = {}): Runtime {
  return {
    clock: runtime.clock ?? systemRuntime.clock,
    random: runtime.random ?? systemRuntime.random,
  }
}
