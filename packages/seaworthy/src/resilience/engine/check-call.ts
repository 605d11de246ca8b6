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
    if (typeof policy?.execute !== 'function' || typeof policy.kind !== 'string') {
      const isPipeline = typeof policy?.execute === 'function' && 'policies' in policy
      const rule = `policy ${place} must be a policy`
      throw refused(isPipeline ? `${rule}; put in the policies of a pipeline one by one` : rule, policy)
    }
    if (holdingKinds.has(policy.kind) && copy.indexOf(policy) !== place) {
      throw refused(`policy ${place} must not be there before`, `${policy.kind} "${policy.name}" again`)
    }
  }
  return copy
}

/** The error for a call that is wrong before it begins; undefined when it is fine. */
export function wrongCall(work: unknown, options: ExecuteOptions): Error | undefined {
  return wrongWork(work) ?? wrongWishes(options)
}

/** The same for a policy that is used alone. */
export function wrongUse(work: unknown, context: unknown): Error | undefined {
  if (typeof context !== 'object' || context === null) {
    return refusedCall('its context must be that of a call, or one made by callContext', context)
  }
  return wrongWork(work)
}

function wrongWork(work: unknown): Error | undefined {
  return typeof work === 'function' ? undefined : refusedCall('its work must be a function', work)
}

/**
 * The error for wishes that are of a wrong kind; undefined when they are fine. What is in range is for the policy to say that
 * knows the range. Keys that nobody knows are not looked for: it runs for every call that has options.
 */
export function wrongWishes(options: ExecuteOptions): Error | undefined {
  if (typeof options !== 'object' || options === null)
    return refusedCall('options must be an object', options)
  const { signal, key, priority, args } = options
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    return refusedCall('its signal must be an AbortSignal, or left out', signal)
  }
  if (key !== undefined && typeof key !== 'string') {
    return refusedCall('its key must be text, or left out', key)
  }
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 9)) {
    return refusedCall('its priority must be a whole number from 0 to 9, or left out', priority)
  }
  if (args !== undefined && !Array.isArray(args)) {
    return refusedCall('its args must be a list, or left out', args)
  }
  return wrongRest(options)
}

function wrongRest({ timeoutMs, cost, faultRequest }: ExecuteOptions): Error | undefined {
  if (timeoutMs !== undefined && typeof timeoutMs !== 'number') {
    return refusedCall('its timeoutMs must be a number, or left out', timeoutMs)
  }
  if (cost !== undefined && typeof cost !== 'number') {
    return refusedCall('its cost must be a number, or left out', cost)
  }
  if (faultRequest !== undefined && typeof faultRequest !== 'string') {
    return refusedCall('its faultRequest must be text, or left out', faultRequest)
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
