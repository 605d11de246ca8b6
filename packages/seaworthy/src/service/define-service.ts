import { levelChannel, systemRuntime, toMs, type Duration, type Runtime } from 'seaworthy/core'
import { answerLevel, capabilityLevel } from './capability.ts'
import type { DependencyHandle, DependencyStatus } from './dependency-handle.ts'
import { describeService, type ServiceDescription } from './describe.ts'
import { HealthMonitor } from './health-monitor.ts'
import { Lifecycle } from './lifecycle.ts'
import { runInScope, ScopeRecorder, type Scope } from './scope.ts'
import { serviceError } from './service-errors.ts'
import { worstLevel, type ServiceLevel } from './service-level.ts'
import type {
  CapabilityDeclaration,
  CapabilityLevel,
  Objective,
  Readiness,
  Resource,
  Service,
  ServicePhase,
} from './service.ts'
import { resolveServiceOptions } from './service-options.ts'

/** The declaration of a service. */
export interface ServiceOptions<Name extends string = string> {
  readonly name: string
  readonly version?: string
  readonly dependencies: Readonly<Record<Name, DependencyHandle>>
  readonly capabilities?: Readonly<
    Record<string, { readonly needs?: readonly NoInfer<Name>[]; readonly uses?: readonly NoInfer<Name>[] }>
  >
  readonly objectives?: readonly {
    readonly on: string
    readonly p95?: Duration
    readonly availability?: number
  }[]
  /** What has to be opened before and closed after, in this order. */
  readonly resources?: readonly Resource[]
  /** How long one resource may take to start or stop. Default 60 s. */
  readonly resourceLimit?: Duration
}

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
  readonly #capabilities: Readonly<Record<string, CapabilityDeclaration>>
  readonly #objectives: readonly Objective[]
  readonly #lifecycle: Lifecycle
  readonly #monitor: HealthMonitor
  readonly #known = new Map<string, ServiceLevel>()
  #phase: ServicePhase = 'idle'
  #stopping: Promise<void> | undefined

  constructor(input: ServiceOptions, runtime: Runtime) {
    const options = resolveServiceOptions(input, input.name)
    this.name = options.name
    this.version = options.version
    this.dependencies = Object.freeze({ ...options.dependencies })
    this.#capabilities = Object.freeze({ ...options.capabilities })
    this.#objectives = options.objectives.map(objectiveOf)
    this.#lifecycle = new Lifecycle(options.resources, {
      clock: runtime.clock,
      resourceLimitMs: options.resourceLimit,
    })
    this.#monitor = new HealthMonitor(Object.values(this.dependencies), runtime.clock)
    this.#checkNames()
  }

  get phase(): ServicePhase {
    return this.#phase
  }

  async start(): Promise<void> {
    if (this.#phase !== 'idle') {
      throw serviceError('ERR_WRONG_PHASE', `Cannot start ${this.name}: must be idle, is ${this.#phase}`)
    }
    this.#phase = 'starting'
    try {
      await this.#lifecycle.start()
      await this.#monitor.start()
    } catch (error) {
      this.#phase = 'stopped'
      throw error
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
    return Object.keys(this.#capabilities).map((capability) => this.#levelOf(capability))
  }

  level(): ServiceLevel {
    return worstLevel(this.levels().map(({ level }) => level))
  }

  within<T>(capability: string, work: (scope: Scope) => T): T {
    const declaration = this.#capability(capability)
    const recorder = new ScopeRecorder(capability, (sources) =>
      worstLevel([this.#levelOf(capability).level, answerLevel(declaration, sources)]),
    )
    return runInScope(recorder, () => work(recorder))
  }

  describe(): ServiceDescription {
    return describeService({
      name: this.name,
      version: this.version,
      dependencies: this.dependencies,
      capabilities: this.#capabilities,
      objectives: this.#objectives,
    })
  }

  #levelOf(capability: string): CapabilityLevel {
    const computed = capabilityLevel(capability, this.#capability(capability), (name) => {
      const handle = this.dependencies[name]
      return { state: handle?.status().state ?? 'unknown', hasFallback: handle?.hasFallback ?? false }
    })
    this.#announce(computed)
    return computed
  }

  #announce({ capability, level, because }: CapabilityLevel): void {
    const before = this.#known.get(capability) ?? 'full'
    if (before === level) return
    this.#known.set(capability, level)
    levelChannel.publish({ service: this.name, capability, from: before, to: level, because })
  }

  #capability(name: string): CapabilityDeclaration {
    const declaration = this.#capabilities[name]
    if (declaration !== undefined) return declaration
    const known = Object.keys(this.#capabilities).join(', ') || 'none'
    throw serviceError('ERR_UNKNOWN_CAPABILITY', `Cannot work under "${name}": must be one of ${known}`, {
      details: { service: this.name, capability: name },
    })
  }

  #checkNames(): void {
    for (const [capability, { needs = [], uses = [] }] of Object.entries(this.#capabilities)) {
      const unknown = [...needs, ...uses].find((name) => !Object.hasOwn(this.dependencies, name))
      if (unknown === undefined) continue
      const known = Object.keys(this.dependencies).join(', ')
      throw serviceError(
        'ERR_UNKNOWN_DEPENDENCY',
        `Cannot define capability "${capability}" of ${this.name}: "${unknown}" must be one of ${known}`,
        { details: { service: this.name, capability, dependency: unknown } },
      )
    }
  }
}

function objectiveOf(input: NonNullable<ServiceOptions['objectives']>[number]): Objective {
  const { on, p95, availability } = input
  return Object.freeze({
    on,
    ...(p95 === undefined ? {} : { p95Ms: toMs(p95, `p95 of ${on}`) }),
    ...(availability === undefined ? {} : { availability }),
  })
}
