import type { CallContext, ExecuteOptions } from '../engine/call-context.ts'
import { checkFunction, checkPipeline } from '../engine/check-arguments.ts'
import { wrongWishes } from '../engine/check-call.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import type { GuardedResult } from '../fallback/guarded-result.ts'
import { resolveGuardOptions, type GuardOptions, type ResolvedGuardOptions } from './guard-options.ts'

/** One call's own wishes. */
export type GuardedCallOptions = Pick<ExecuteOptions, 'signal' | 'timeoutMs' | 'priority' | 'faultRequest'>

/** A function with the name, the arguments and the `this` of the one it guards. */
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
 * Puts a function under a pipeline. It keeps its name, its arguments, its `this` and its result; with a fallback in the
 * pipeline the result is an `Answer`. The arguments are told to the fallbacks.
 *
 * TypeScript infers one signature: of a function with overloads the last one is kept, and a type parameter becomes what it
 * extends. Where that is too little, guard a function of one signature, or call `pipeline.execute` in one with several.
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
  checkPipeline(pipeline, 'guard')
  checkFunction(fn, 'guard', 'function')
  const call = guarding<This, Args, Value, Policies>(
    pipeline,
    function (this: This, _context: CallContext, ...args: Args) {
      return fn.apply(this, args)
    },
    options,
  )
  return looksLike(call, fn.name, fn.length)
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
  const call = guarding<This, Args, Value, Policies>(pipeline, fn, options)
  return looksLike(call, fn.name, Math.max(0, fn.length - 1))
}

function guarding<This, Args extends unknown[], Value, Policies extends readonly Policy[]>(
  pipeline: Pipeline<Policies>,
  fn: (this: This, context: CallContext, ...args: Args) => Value,
  options: GuardOptions<Args> | undefined,
): Guarded<This, Args, GuardedResult<Awaited<Value>, Policies>> {
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
  return Object.assign(guarded, {
    with: (own: GuardedCallOptions) => {
      const wrong = wrongWishes(own)
      if (wrong !== undefined) throw wrong
      return function (this: This, ...args: Args): Promise<Result> {
        return call(this, args, own)
      }
    },
  })
}

/** The same function, which stack traces and tools that count arguments take for the one it guards. */
function looksLike<Fn extends object>(guarded: Fn, name: unknown, length: number): Fn {
  Object.defineProperty(guarded, 'name', { value: typeof name === 'string' ? name : '' })
  Object.defineProperty(guarded, 'length', { value: length })
  return Object.freeze(guarded)
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
