import { systemRuntime, type Runtime } from 'seaworthy/core'
import type { FallbackSourceName, FallbackValue, Registry } from 'seaworthy/resilience'
import { DependencyCore } from './dependency-core.ts'
import type { DependencyHandle } from './dependency-handle.ts'
import { resolveDependencyOptions, type DependencyOptions } from './dependency-options.ts'
import type { FallbackSteps, OperationOptions } from './operation-options.ts'
import { createOperation, type Operation } from './operation.ts'

/** A declared dependency with several operations. */
export interface Dependency extends DependencyHandle {
  /**
   * Declares one thing that can be asked of it. All operations share its breaker, slots, rate limit, throttle, budget,
   * probe and fault switch.
   *
   * @throws SeaworthyError ERR_DUPLICATE_OPERATION when the name is taken
   */
  operation<Args extends readonly unknown[], Value, const Steps extends FallbackSteps<Args> = readonly []>(
    name: string,
    options: OperationOptions<Args, Value, Steps>,
  ): Operation<Args, Value | FallbackValue<Steps>, FallbackSourceName<Steps>>
}

/** A declared dependency that is one operation: call it like the function it was declared with. */
export type CallableDependency<Args extends readonly unknown[], Value, Source extends string> = Dependency &
  Operation<Args, Value, Source>

/** A declaration whose one operation, named `call`, is given with it. */
export type CallableDependencyOptions<Args extends readonly unknown[], Value, Steps> = DependencyOptions &
  Pick<OperationOptions<Args, Value, Steps>, 'call' | 'fallback'>

/**
 * Declares an outside dependency. Retry, breaker, timeouts, slots, rate limit, fallbacks with provenance, health,
 * metrics, the service level and the switch that breaks it on purpose all follow from this one place.
 *
 * @example
 * const weather = dependency({
 *   name: 'weather',
 *   importance: 'optional',
 *   call: ({ signal }, place: Place) => openMeteo.daily(place, { signal }),
 *   timeout: '1s',
 *   fallback: [lastGood({ maxAge: '24h' }), derive('climate normals', normals), constant('none', null)],
 * })
 * const answer = await weather(place) // answer.value, answer.source, answer.asOf
 *
 * @param registry where its policies are entered by name
 * @throws SeaworthyError ERR_INVALID_OPTION when the declaration is not valid
 * @throws SeaworthyError ERR_REGISTRY_NAME_TAKEN, ERR_REGISTRY_FULL
 */
export function dependency<
  Args extends readonly unknown[],
  Value,
  const Steps extends FallbackSteps<Args> = readonly [],
>(
  options: CallableDependencyOptions<Args, Value, Steps>,
  runtime?: Runtime,
  registry?: Registry,
): CallableDependency<Args, Value | FallbackValue<Steps>, FallbackSourceName<Steps>>
export function dependency(options: DependencyOptions, runtime?: Runtime, registry?: Registry): Dependency
export function dependency(
  options: DependencyOptions & Partial<CallableDependencyOptions<never, unknown, FallbackSteps<never>>>,
  runtime: Runtime = systemRuntime,
  registry?: Registry,
): Dependency {
  if (options.call === undefined) {
    return declare(new DependencyCore(resolveDependencyOptions(options), runtime, registry), {})
  }
  const { call, fallback = [], ...declaration } = options
  const core = new DependencyCore(resolveDependencyOptions(declaration), runtime, registry)
  const run = createOperation(core, 'call', { call, fallback })
  const callable = (...args: never): ReturnType<typeof run> => run(...args)
  return declare(core, Object.assign(callable, { with: run.with }))
}

const handleKeys = [
  'name',
  'importance',
  'status',
  'snapshot',
  'hasFallback',
  'hasProbe',
  'probe',
  'probeEveryMs',
  'onChange',
  'forceOpen',
  'forceClosed',
  'reset',
  'setFault',
  'clearFault',
  'describe',
] as const satisfies readonly (keyof DependencyHandle)[]

/** Makes a declared dependency of an object, which may be a function: what a handle has is the core's. */
function declare<T extends object>(core: DependencyCore, target: T): T & Dependency {
  for (const key of handleKeys) {
    const value = core[key]
    const property = typeof value === 'function' ? { value: value.bind(core) } : { get: () => core[key] }
    Object.defineProperty(target, key, { enumerable: true, ...property })
  }
  const operation: Dependency['operation'] = (name, options) => createOperation(core, name, options)
  return Object.assign(target as T & Pick<DependencyCore, (typeof handleKeys)[number]>, { operation })
}
