import { orAbort } from 'seaworthy/core'
import { AbortScope } from './abort-scope.ts'
import { Call, callOf, type CallContext, type Work } from './call-context.ts'
import { invoke, type Policy } from './policy.ts'
import { resilienceError } from '../resilience-errors.ts'

export interface ExecuteOptions {
  /** The caller's signal. Its abort rejects at once with its own reason. */
  readonly signal?: AbortSignal | undefined
}

export interface Pipeline {
  /** The policies, outermost first. */
  readonly policies: readonly Policy[]
  execute<T>(work: Work<T>, options?: ExecuteOptions): Promise<T>
  /** The policies with their resolved options, outermost first. */
  describe(): readonly Readonly<Record<string, unknown>>[]
}

/**
 * Combines policies, outermost first, once: a call makes no closure per policy. {@link policyOrder} tells the usual order
 * and why.
 */
export function pipeline(policies: readonly Policy[]): Pipeline {
  const linked = Object.freeze([...policies])
  const outermost = linked.reduceRight<Work<unknown>>(link, innermost)
  return Object.freeze({
    policies: linked,
    execute<T>(work: Work<T>, options?: ExecuteOptions): Promise<T> {
      const signal = options?.signal
      const call = new Call(new AbortScope(undefined, signal), work)
      if (call.scope.isAborted) return Promise.reject(call.scope.reason)
      // The links carry any work; what comes out is what this call's work gave.
      const result = outermost(call) as Promise<T>
      return signal === undefined ? result : orAbort(result, signal)
    },
    describe: () => linked.map((policy) => policy.describe()),
  })
}

function link(next: Work<unknown>, policy: Policy): Work<unknown> {
  return (context) => policy.execute(next, context)
}

function innermost(context: CallContext): Promise<unknown> {
  const call = callOf(context)
  if (call.work !== undefined) return invoke(call.work, call)
  return Promise.reject(
    resilienceError(
      'ERR_CONTEXT_LOST',
      'Cannot run the work of a pipeline: each policy must pass on the context it was given, received another object',
    ),
  )
}
