import { systemRuntime, type Runtime } from 'seaworthy/core'
import { answerLevel } from './capability.ts'
import { CapabilityWatch } from './capability-watch.ts'
import type { DependencyHandle, DependencyStatus } from './dependency-handle.ts'
import { describeService, type Describable, type ServiceDescription } from './describe.ts'
import { HealthMonitor } from './health-monitor.ts'
import { Lifecycle } from './lifecycle.ts'
import { runInScope, ScopeRecorder, type Scope } from './scope.ts'
import { serviceError } from './service-errors.ts'
import { worstLevel, type ServiceLevel } from './service-level.ts'
import { resolveService, type ServiceOptions } from './service-options.ts'
import type { CapabilityLevel, Readiness, Service, ServicePhase } from './service.ts'

/**
 * Defines a service from its dependencies and from what each of its capabilities stands on.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION, ERR_UNKNOWN_DEPENDENCY
 */
export function defineService<const Name extends string>(
  options: ServiceOptions<Name>,
  runtime: Runtime = systemRuntime,
): Service {
  return new DefinedService(options, runtime)
}

class DefinedService implements Service {
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, DependencyHandle>>
  readonly #declared: Describable
  readonly #watch: CapabilityWatch
  readonly #lifecycle: Lifecycle
  readonly #monitor: HealthMonitor
  #phase: ServicePhase = 'idle'
  #stopping: Promise<void> | undefined

  constructor(input: ServiceOptions, runtime: Runtime) {
    const options = resolveService(input)
    this.name = options.name
    this.version = options.version
    this.dependencies = options.dependencies
    this.#declared = options
    this.#watch = new CapabilityWatch(options)
    this.#lifecycle = new Lifecycle(options.resources, {
      clock: runtime.clock,
      resourceLimitMs: options.resourceLimit,
    })
    this.#monitor = new HealthMonitor(Object.values(this.dependencies), runtime.clock)
  }

  get phase(): ServicePhase {
    return this.#phase
  }

  async start(): Promise<void> {
    if (this.#phase !== 'idle') {
      throw serviceError('ERR_WRONG_PHASE', `Cannot start ${this.name}: must be idle, is ${this.#phase}`)
    }
    this.#phase = 'starting'
    this.#watch.start()
    try {
      await this.#lifecycle.start()
      await this.#monitor.start()
    } catch (error) {
      await this.stop()
      throw error
    }
    if (this.#stopping !== undefined) {
      throw serviceError('ERR_START_FAILED', `Cannot start ${this.name}: it was stopped before it was ready`)
    }
    if (this.#phase === 'starting') this.#phase = 'running'
  }

  drain(): void {
    if (this.#phase === 'starting' || this.#phase === 'running') this.#phase = 'draining'
  }

  stop(): Promise<void> {
    this.drain()
    this.#stopping ??= this.#stopOnce()
    return this.#stopping
  }

  async #stopOnce(): Promise<void> {
    await this.#monitor.stop()
    await this.#lifecycle.stop()
    this.#watch.stop()
    this.#phase = 'stopped'
  }

  readiness(): Readiness {
    if (this.#phase !== 'running') return { ready: false, because: [`the service is ${this.#phase}`] }
    const down = this.status().filter(
      ({ importance, state }) => importance === 'critical' && state === 'down',
    )
    return { ready: down.length === 0, because: down.map(({ name }) => name) }
  }

  status(): readonly DependencyStatus[] {
    return Object.values(this.dependencies).map((dependency) => dependency.status())
  }

  levels(): readonly CapabilityLevel[] {
    return this.#watch.levels()
  }

  level(): ServiceLevel {
    return worstLevel(this.levels().map(({ level }) => level))
  }

  within<T>(capability: string, work: (scope: Scope) => T): T {
    const declaration = this.#watch.declaration(capability)
    const recorder = new ScopeRecorder(capability, (sources) =>
      worstLevel([this.#watch.levelOf(capability).level, answerLevel(declaration, sources)]),
    )
    return runInScope(recorder, () => work(recorder))
  }

  describe(): ServiceDescription {
    return describeService(this.#declared)
  }
}
