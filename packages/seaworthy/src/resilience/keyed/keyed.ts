import {
  callable,
  coarseClockOf,
  coreError,
  defineOptions,
  duration,
  integer,
  optional,
  text,
  type Duration,
  type Resolved,
  type Runtime,
} from 'seaworthy/core'
import type { ExecuteOptions } from '../engine/call-context.ts'
import { checkFunction } from '../engine/check-arguments.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { givenName } from '../engine/given-options.ts'
import type { Policy } from '../engine/policy.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { Instances } from './instances.ts'
import { KeyedStage } from './keyed-stages.ts'

export interface KeyedOptions<P extends Policy = Policy> {
  /** What is guarded, for messages, metrics and the registry. */
  readonly name: string
  /**
   * How many keys have a policy of their own, from 1 to 1,000,000. Beyond that the least recently used of those that are
   * idle goes. When none is found, one goes that finds out again what it knew: a breaker that is open, so that a few calls of
   * its key fail anew, but no key is refused because of others. Limits, slots and what an operator forced do not go: then, or
   * when all places have calls under way, the new key has to do with the common policy, which it shares with all such keys: of
   * bulkheads, one for all of them. Default 10,000.
   */
  readonly capacity?: number
  /** A policy unused for this long, up to a year, goes when another one comes. Default 15 min. */
  readonly idleAfter?: Duration
  /** What tells calls apart. Default the `key` of the call. Calls without one share the common policy. */
  readonly by?: (options: ExecuteOptions) => string | undefined
  /**
   * Whether a policy with no calls under way may go; with it, none goes for which it says no. Default: what the policy's
   * `isIdle` says, and where no place is left its `isExpendable`; one without `isIdle` may.
   */
  readonly isIdle?: (policy: P) => boolean
}

export const keyedDefaults = { capacity: 10_000, idleAfter: '15m' } as const

const keyedFields = {
  name: text(),
  capacity: integer(1, 1_000_000),
  idleAfter: duration('1ms', '365d'),
  by: optional(callable<(options: ExecuteOptions) => string | undefined>()),
  isIdle: optional(callable<(policy: never) => boolean>()),
}

const resolveKeyedOptions = defineOptions('keyed policy', keyedDefaults, keyedFields)

export interface KeyedSnapshot {
  readonly name: string
  readonly capacity: number
  /** Keys that have a policy of their own. */
  readonly size: number
  /** Policies that went since the start. */
  readonly evicted: number
  /** Calls since the start that had to do with the common policy because there was no place for their key. */
  readonly unplaced: number
}

/** A policy for each key. */
export interface Keyed<P extends Policy> extends Policy {
  readonly kind: 'keyed'
  /** The policy of calls without a key, and of keys for which there is no place. */
  readonly common: P
  /** The policy of a key, if it has one at present. */
  get(key: string): P | undefined
  /** The keys with their policies, in no order. */
  entries(): Iterable<readonly [string, P]>
  /** Forgets the policy of a key. False when there is none, or a call under way uses it. */
  remove(key: string): boolean
  snapshot(): KeyedSnapshot
}

/**
 * A policy for each key, as breakers for each host or bulkheads for each tenant, in bounded memory: made when a key is first
 * called, gone when others need the place, and then disposed of. Never does a policy go while calls of it are under way, and an
 * open breaker only when no idle one is found.
 *
 * @param make makes the policy of a key; options that are the same for all are best resolved before, as with
 * `circuitBreakerFactory`. It is called once at the start, with the name, for the policy in common.
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function keyed<P extends Policy>(
  make: (key: string) => P,
  options: KeyedOptions<P>,
  runtime?: Partial<Runtime>,
): Keyed<P> {
  return new KeyedPolicy(make, options, completeRuntime(runtime))
}

class KeyedPolicy<P extends Policy> extends StagedPolicy implements Keyed<P> {
  readonly kind = 'keyed'
  readonly name: string
  readonly common: P
  readonly #options: Resolved<typeof keyedFields>
  readonly #instances: Instances<P & StagedPolicy>

  constructor(make: (key: string) => P, options: KeyedOptions<P>, { clock }: Runtime) {
    super()
    checkFunction(make, 'keyed policy', 'make')
    this.#options = resolveKeyedOptions(options, givenName(options))
    const { name, capacity, idleAfter } = this.#options
    this.name = name
    const makeStaged = (key: string): P & StagedPolicy => staged(make(key), name)
    const common = makeStaged(name)
    this.common = common
    const mayGo =
      options.isIdle === undefined
        ? { isIdle, isExpendable }
        : { isIdle: options.isIdle, isExpendable: never }
    const rules = { capacity, idleAfterMs: idleAfter, make: makeStaged, ...mayGo }
    this.#instances = new Instances(common, rules, coarseClockOf(clock))
  }

  stage(): Stage {
    return new KeyedStage(this.#instances, this.#options.by)
  }

  get(key: string): P | undefined {
    return this.#instances.get(key)
  }

  entries(): Iterable<readonly [string, P]> {
    return this.#instances.entries()
  }

  remove(key: string): boolean {
    return this.#instances.remove(key)
  }

  snapshot(): KeyedSnapshot {
    const { name, capacity } = this.#options
    const { size, evicted, unplaced } = this.#instances
    return Object.freeze({ name, capacity, size, evicted, unplaced })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, capacity, idleAfter: idleAfterMs } = this.#options
    return { kind: this.kind, name, capacity, idleAfterMs, policy: this.common.describe() }
  }
}

function staged<P extends Policy>(policy: P, name: string): P & StagedPolicy {
  if (policy instanceof StagedPolicy) return policy
  throw coreError(
    'ERR_INVALID_OPTION',
    `Cannot make a policy of "${name}": it must be one of seaworthy/resilience, received another`,
    { details: { name } },
  )
}

function isIdle(policy: Policy): boolean {
  return policy.isIdle ?? true
}

function isExpendable(policy: Policy): boolean {
  return policy.isExpendable ?? false
}

function never(): boolean {
  return false
}
