import type { BreakerState, Runtime } from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { entered } from '../engine/entered.ts'
import { changedOptions, onlyOption } from '../engine/given-options.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { BreakerCore } from './breaker-core.ts'
import { breakerPlan, type BreakerPlan } from './breaker-plan.ts'
import type { BreakerRecord } from './breaker-record.ts'
import { BreakerStage } from './breaker-stage.ts'
import type { CircuitBreaker, CircuitBreakerSnapshot } from './circuit-breaker-handle.ts'
import {
  resolveBreakerName,
  type BreakerRuleChanges,
  type BreakerRuleOptions,
  type CircuitBreakerOptions,
} from './circuit-breaker-options.ts'
import { BreakerPermit, type Permit } from './permit.ts'

/** Where a breaker is entered by name. */
export interface BreakerRegistrar {
  readonly breakers: { add(breaker: CircuitBreaker): void }
}

/**
 * Stops calling a dependency that fails, and finds out with few calls whether it is back.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 * @throws SeaworthyError ERR_BREAKER_RECORD_INVALID when `restore` is not what `toJSON()` of this breaker gave
 */
export function circuitBreaker(
  options: CircuitBreakerOptions,
  runtime?: Partial<Runtime>,
  registry?: BreakerRegistrar,
): CircuitBreaker {
  resolveBreakerName(onlyOption(options, 'name'))
  const { name, restore, ...rules } = options
  const breaker = new Breaker(name, breakerPlan(rules, completeRuntime(runtime), name), restore)
  return entered(breaker, registry, 'breakers')
}

/** Makes breakers that differ only in their name: the options are checked and kept once for all of them. */
export interface CircuitBreakerFactory {
  /**
   * @param restore what `toJSON()` of a breaker of this name gave
   * @throws SeaworthyError ERR_INVALID_OPTION for a name that is none
   * @throws SeaworthyError ERR_BREAKER_RECORD_INVALID
   */
  create(name: string, restore?: unknown): CircuitBreaker
  /** The complete options, as plain data. */
  describe(): Readonly<Record<string, unknown>>
}

/**
 * Makes many breakers of one kind, as for the hosts or tenants of a service.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function circuitBreakerFactory(
  options: BreakerRuleOptions,
  runtime?: Partial<Runtime>,
): CircuitBreakerFactory {
  const plan = breakerPlan(options, completeRuntime(runtime))
  return Object.freeze({
    create: (name: string, restore?: unknown) => {
      if (typeof name !== 'string' || name.length === 0 || name.length > 200) resolveBreakerName({ name })
      return new Breaker(name, plan, restore)
    },
    describe: () => plan.description,
  })
}

class Breaker extends StagedPolicy implements CircuitBreaker {
  readonly kind = 'circuit-breaker'
  readonly #core: BreakerCore

  constructor(name: string, plan: BreakerPlan, restore: unknown) {
    super()
    this.#core = new BreakerCore(name, plan, restore)
  }

  get name(): string {
    return this.#core.name
  }

  get state(): BreakerState {
    return this.#core.state
  }

  get isIdle(): boolean {
    return this.#core.isIdle
  }

  /** What calls have found is found again by others; what an operator forced is not. */
  get isExpendable(): boolean {
    const { state } = this.#core
    return state !== 'forced-open' && state !== 'forced-closed'
  }

  stage(): Stage {
    return new BreakerStage(this.#core)
  }

  acquire(): Permit {
    const permit = this.tryAcquire()
    if (permit === undefined) throw this.#core.refusal()
    return permit
  }

  tryAcquire(): Permit | undefined {
    const ticket = this.#core.admit()
    return ticket === undefined ? undefined : new BreakerPermit(this.#core, ticket)
  }

  forceOpen(note?: string): void {
    this.#core.operate('forced-open', note)
  }

  forceClosed(): void {
    this.#core.operate('forced-closed')
  }

  reset(): void {
    this.#core.operate('closed')
  }

  recover(): void {
    this.#core.recover()
  }

  reconfigure(changes: BreakerRuleChanges): void {
    const { given, runtime } = this.#core.plan
    this.#core.adopt(breakerPlan(changedOptions(given, changes), runtime, this.name))
  }

  snapshot(): CircuitBreakerSnapshot {
    return this.#core.snapshot()
  }

  toJSON(): BreakerRecord {
    return this.#core.toJSON()
  }

  describe(): Readonly<Record<string, unknown>> {
    return { kind: this.kind, name: this.name, ...this.#core.plan.description }
  }

  [Symbol.dispose](): void {
    this.#core.leave()
  }
}
