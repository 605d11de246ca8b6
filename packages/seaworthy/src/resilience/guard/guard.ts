import type { CallContext, ExecuteOptions } from '../engine/call-context.ts'
import { checkFunction, checkPipeline } from '../engine/check-arguments.ts'
import { wrongWishes } from '../engine/check-call.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import type { GuardedResult } from '../fallback/guarded-result.ts'
import { resolveGuardOptions, type GuardOptions, type ResolvedGuardOptions } from './guard-options.ts'

/** One call's own wishes. */
export type GuardedCallOptions = Pick<ExecuteOptions, 'signal' | 'timeoutMs' | 'priority' | 'faultRequest'>

/** A function with the arguments and the `this` of the one it guards. */
export interface Guarded<This, Args extends unknown[], Result> {
  (this: This, ...args: Args): Promise<Result>
  /**
   * The same function for one call with wishes of its own.
   *
   * @throws SeaworthyError ERR_INVALID_OPTION for wishes of a wrong kind
   */
  readonly with: (options: GuardedCallOptions) => (this: This, ...args: Args) => Promise<Result>
}

/**
 * Puts a function under a pipeline. It keeps its arguments, its `this` and its result; with a fallback in the pipeline the
 * result is an `Answer`. The arguments are told to the fallbacks.
 *
 * @example
 * const rateOf = guard(pipeline([retry(), timeout({ limit: '1s' })]), (currency: string) => fetchRate(currency))
 * const rate = await rateOf('EUR')
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function guard<This, Args extends unknown[], Value, Policies extends readonly Policy[]>(
  pipeline: Pipeline<Policies>,
  fn: (this: This, ...args: Args) => Value,
  options?: GuardOptions<Args>,
): Guarded<This, Args, GuardedResult<Awaited<Value>, Policies>> {
  checkFunction(fn, 'guard', 'function')
  return guardCall<This, Args, Value, Policies>(
    pipeline,
    function (this: This, _context: CallContext, ...args: Args) {
      return fn.apply(this, args)
    },
    options,
  )
}

/**
 * The same for a function that wants to know about its call: the context, with signal, attempt and deadline, comes before
 * its arguments.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function guardCall<This, Args extends unknown[], Value, Policies extends readonly Policy[]>(
  pipeline: Pipeline<Policies>,
  fn: (this: This, context: CallContext, ...args: Args) => Value,
  options?: GuardOptions<Args>,
): Guarded<This, Args, GuardedResult<Awaited<Value>, Policies>> {
  checkPipeline(pipeline, 'guard')
  checkFunction(fn, 'guard', 'function')
  const resolved = resolveGuardOptions(options)
  type Result = GuardedResult<Awaited<Value>, Policies>
  const call = async (self: This, args: Args, own: GuardedCallOptions | undefined): Promise<Result> => {
    const work = async (context: CallContext): Promise<Awaited<Value>> =>
      await fn.call(self, context, ...args)
    return await pipeline.execute(work, wishesOf(resolved, args, own))
  }
  const guarded = function (this: This, ...args: Args): Promise<Result> {
    return call(this, args, undefined)
  }
  return Object.freeze(
    Object.assign(guarded, {
      with: (own: GuardedCallOptions) => {
        const wrong = wrongWishes(own)
        if (wrong !== undefined) throw wrong
        return function (this: This, ...args: Args): Promise<Result> {
          return call(this, args, own)
        }
      },
    }),
  )
}

function wishesOf(
  { key, priority, cost }: ResolvedGuardOptions,
  args: readonly unknown[],
  own: GuardedCallOptions | undefined,
): ExecuteOptions {
  // The functions of the options take the arguments of the guarded one: the types say so, which a check cannot.
  const given = args as readonly never[]
  return { args, key: key?.(...given), priority, cost: cost?.(...given), ...own }
}
