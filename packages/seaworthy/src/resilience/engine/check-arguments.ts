import { coreError, showValue } from 'seaworthy/core'
import { hasMethods } from './has-methods.ts'
import type { Pipeline } from './pipeline.ts'

/**
 * Refuses what is no pipeline.
 *
 * @param target what is made of it, for the message
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function checkPipeline(value: unknown, target: string): void {
  if (hasMethods<Pipeline>(value, 'execute') && Array.isArray(value.policies)) return
  throw wrongArgument(target, { key: 'pipeline', allowed: 'one made by pipeline', value })
}

/** @throws SeaworthyError ERR_INVALID_OPTION */
export function checkFunction(value: unknown, target: string, key: string): void {
  if (typeof value !== 'function') throw wrongArgument(target, { key, allowed: 'a function', value })
}

/** The error for an argument beside the options. */
export function wrongArgument(
  target: string,
  { key, allowed, value }: { readonly key: string; readonly allowed: string; readonly value: unknown },
): Error {
  return coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure ${target}: "${key}" must be ${allowed}, received ${showValue(value)}`,
    { details: { target, key, allowed } },
  )
}
