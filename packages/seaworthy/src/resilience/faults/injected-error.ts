import { resilienceError } from '../resilience-errors.ts'
import type { FaultedCall, ResolvedFault } from './fault.ts'

/** What a call fails with that meets an error on purpose. */
export function injectedError(fault: ResolvedFault, name: string, call: FaultedCall): unknown {
  if (fault.error !== undefined) return made(fault.error, call)
  const message = fault.message ?? `Cannot call "${name}": its fault switch must be off, is set to error`
  const injected = resilienceError('ERR_FAULT_INJECTED', message, { details: { name } })
  if (fault.code === undefined) return injected
  return Object.assign(new Error(message, { cause: injected }), { code: fault.code })
}

/** One that throws its error instead of returning it is as good. */
function made(make: (call: FaultedCall) => unknown, call: FaultedCall): unknown {
  try {
    return make(call)
  } catch (thrown) {
    return thrown
  }
}
