import type { DependencyHandle, DependencyStatus } from './dependency-handle.ts'
import type { ServiceDescription } from './describe.ts'
import type { Scope } from './scope.ts'
import type { ServiceLevel } from './service-level.ts'

/** What one capability stands on, by dependency name. */
export interface CapabilityDeclaration {
  /** Without one of these there is no answer, unless it has a fallback. */
  readonly needs: readonly string[]
  /** These make the answer better; without them it is degraded. */
  readonly uses: readonly string[]
}

/** What callers may count on. */
export interface Objective {
  /** The route, as `METHOD /path`. */
  readonly on: string
  /** 95 of 100 answers are faster than this many milliseconds. */
  readonly p95Ms?: number
  /** The share of requests that are answered without a server error, 0 to 1. */
  readonly availability?: number
}

/** The level of one capability and why. */
export interface CapabilityLevel {
  readonly capability: string
  readonly level: ServiceLevel
  /** Names of the dependencies that pull the level down. */
  readonly because: readonly string[]
}

/** `starting` and `draining` are not ready; `draining` still answers what it has accepted. */
export type ServicePhase = 'idle' | 'starting' | 'running' | 'draining' | 'stopped'

export interface Readiness {
  readonly ready: boolean
  /** Why not: the phase, or the names of critical dependencies that are down. */
  readonly because: readonly string[]
}

/** Something with a life: opened in order at the start, closed in reverse. */
export interface Resource {
  readonly name: string
  /** The signal aborts when its time is over or the service is stopped. If it starts all the same, it is stopped. */
  start?(signal: AbortSignal): Promise<void>
  stop?(): Promise<void>
}

/** A running declaration. Made by `defineService`. */
export interface Service {
  readonly name: string
  readonly version: string
  readonly phase: ServicePhase
  readonly dependencies: Readonly<Record<string, DependencyHandle>>
  /**
   * Starts the resources in order, then the health probes, and waits for the first result of each; a probe has its own
   * limit. Every change of a capability's level is announced from then on.
   *
   * @throws SeaworthyError ERR_START_FAILED when a resource does not start, or {@link stop} is called meanwhile
   * @throws SeaworthyError ERR_WRONG_PHASE when it was started before
   */
  start(): Promise<void>
  /**
   * Readiness turns false at once; a resource that is just starting is told to give up and waited for; then what was
   * started stops, last first. Safe to call twice.
   */
  stop(): Promise<void>
  /** Turns readiness off and changes nothing else: the first step of a shutdown. */
  drain(): void
  readiness(): Readiness
  /** The state of every dependency. */
  status(): readonly DependencyStatus[]
  /** The computed level of every capability. */
  levels(): readonly CapabilityLevel[]
  /** The worst level of all capabilities. */
  level(): ServiceLevel
  /**
   * Runs work as part of a capability: what its dependency calls answer is recorded, and the scope tells the level and
   * the sources of this one answer.
   */
  within<T>(capability: string, work: (scope: Scope) => T): T
  describe(): ServiceDescription
}
