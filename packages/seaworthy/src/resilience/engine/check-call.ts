import { coreError, showValue } from 'seaworthy/core'
import type { ExecuteOptions } from './call-context.ts'
import type { Policy } from './policy.ts'

/** Policies that a call would hold while it waits for the same again. */
const holdingKinds: ReadonlySet<string> = new Set(['bulkhead', 'adaptive-limit'])

/**
 * A copy of the policies of a pipeline.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION when it is no list of policies, or has the same slots twice
 */
export function checkedPolicies(policies: readonly Policy[]): readonly Policy[] {
  if (!Array.isArray(policies)) throw refused('policies must be a list of policies', policies)
  const copy = [...policies]
  for (const [place, policy] of copy.entries()) {
    if (typeof policy?.execute !== 'function') throw refused(`policy ${place} must be a policy`, policy)
    if (holdingKinds.has(policy.kind) && copy.indexOf(policy) !== place) {
      throw refused(`policy ${place} must not be there before`, `${policy.kind} "${policy.name}" again`)
    }
  }
  return copy
}

/** The error for wishes that would break a call on its way; undefined when they are fine. */
export function wrongWishes(options: ExecuteOptions): Error | undefined {
  if (typeof options !== 'object' || options === null)
    return refusedCall('options must be an object', options)
  const { signal, priority } = options
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    return refusedCall('its signal must be an AbortSignal, or left out', signal)
  }
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 9)) {
    return refusedCall('its priority must be a whole number from 0 to 9, or left out', priority)
  }
  return undefined
}

function refused(rule: string, value: unknown): Error {
  const message = `Cannot make a pipeline: ${rule}, received ${showValue(value)}`
  return coreError('ERR_INVALID_OPTION', message, { details: { rule } })
}

function refusedCall(rule: string, value: unknown): Error {
  const message = `Cannot make a call: ${rule}, received ${showValue(value)}`
  return coreError('ERR_INVALID_OPTION', message, { details: { rule } })
}
