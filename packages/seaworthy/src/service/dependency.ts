import { systemRuntime, type Runtime } from 'seaworthy/core'
import type { FallbackStep } from 'seaworthy/resilience'
import { DependencyCore } from './dependency-core.ts'
import type { DependencyHandle } from './dependency-handle.ts'
import { resolveDependencyOptions, type DependencyOptions } from './dependency-options.ts'
import type { FallbackSteps, OperationOptions } from './operation-options.ts'
import { createOperation, type Operation } from './operation.ts'

/** The value a chain of steps can answer with. */
type StepValue<Steps> = Steps extends readonly (infer Step)[]
  ? Step extends FallbackStep<never, infer Value, string>
    ? Value
    : never
  : never

/** The names of the sources of a chain of steps. */
type StepSource<Steps> = Steps extends readonly (infer Step)[]
  ? Step extends FallbackStep<never, unknown, infer Source>
    ? Source
    : never
  : never

/** A declared dependency with several operations. */
export interface Dependency extends DependencyHandle {
  /**
   * Declares one thing that can be asked of it. All operations share its breaker, slots, probe and fault switch.
   *
   * @throws SeaworthyError ERR_DUPLICATE_OPERATION when the name is taken
   */
  operation<Args extends readonly unknown[], Value, const Steps extends FallbackSteps<Args> = readonly []>(
    name: string,
    options: OperationOptions<Args, Value, Steps>,
  ): Operation<Args, Value | StepValue<Steps>, StepSource<Steps>>
}

/** A declared dependency that is one operation: call it like the function it was declared with. */
export type CallableDependency<Args extends readonly unknown[], Value, Source extends string> = Dependency &
  Operation<Args, Value, Source>

/** A declaration whose one operation, named `call`, is given with it. */
export type CallableDependencyOptions<Args extends readonly unknown[], Value, Steps> = DependencyOptions &
  Pick<OperationOptions<Args, Value, Steps>, 'call' | 'fallback'>

/**
 * Declares an outside dependency. Retry, breaker, timeouts, slots, fallbacks with provenance, health, metrics, the
 * service level and the switch that breaks it on purpose all follow from this one place.
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
 * @throws SeaworthyError ERR_INVALID_OPTION when the declaration is not valid
 */
export function dependency<
  Args extends readonly unknown[],
  Value,
  const Steps extends FallbackSteps<Args> = readonly [],
>(
  options: CallableDependencyOptions<Args, Value, Steps>,
  runtime?: Runtime,
): CallableDependency<Args, Value | StepValue<Steps>, StepSource<Steps>>
export function dependency(options: DependencyOptions, runtime?: Runtime): Dependency
export function dependency(
  options: DependencyOptions & Partial<OperationOptions<never, unknown, FallbackSteps<never>>>,
  runtime: Runtime = systemRuntime,
): Dependency {
  const { call, fallback, ...declaration } = options
  const core = new DependencyCore(resolveDependencyOptions(declaration, options.name), runtime)
  const operation: Dependency['operation'] = (name, wanted) =>
    createOperation(core, name, wanted as never) as ReturnType<Dependency['operation']> as never
  if (call === undefined) return Object.assign(handleOf(core, {}), { operation })
  const run = createOperation(core, 'call', { call, ...(fallback ? { fallback } : {}) })
  const callable = (...args: never): ReturnType<typeof run> => run(...args)
  return Object.assign(handleOf(core, callable), { operation, with: run.with })
}

/** The handle of a core on an object of one's own, which may be a function. */
function handleOf<T extends object>(core: DependencyCore, target: T): T & DependencyHandle {
  const read = <K extends keyof DependencyHandle>(key: K): PropertyDescriptor => ({
    enumerable: true,
    get: () => core[key],
  })
  Object.defineProperties(target, {
    name: { enumerable: true, value: core.name },
    importance: read('importance'),
    hasFallback: read('hasFallback'),
    hasProbe: read('hasProbe'),
    probeEveryMs: read('probeEveryMs'),
  })
  return Object.assign(target as T & DependencyHandle, {
    status: () => core.status(),
    probe: (signal?: AbortSignal) => core.probe(signal),
    forceOpen: (reason: string) => core.forceOpen(reason),
    forceClosed: () => core.forceClosed(),
    reset: () => core.reset(),
    setFault: (...args: Parameters<DependencyHandle['setFault']>) => core.setFault(...args),
    clearFault: () => core.clearFault(),
    describe: () => core.describe(),
  })
}
