import type { Runtime, SeaworthyError } from 'seaworthy/core'
import { acquireSlot, type SlotRequest } from '../bulkhead/acquire-slot.ts'
import { SlotPool, type SlotPoolRules, type SlotRefusal } from '../bulkhead/slot-pool.ts'
import { slotRefusal } from '../bulkhead/slot-refusal.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { entered } from '../engine/entered.ts'
import { changedOptions } from '../engine/given-options.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import type { AdaptiveLimit, AdaptiveLimitSnapshot, LimitPermit } from './adaptive-limit-handle.ts'
import {
  resolveAdaptiveLimitOptions,
  type AdaptiveLimitOptions,
  type AdaptiveLimitSettings,
  type ResolvedAdaptiveLimit,
} from './adaptive-limit-options.ts'
import { AdaptiveLimitStage, type StagedAdaptiveLimit } from './adaptive-limit-stage.ts'
import { aimd } from './aimd.ts'
import { gradient } from './gradient.ts'
import { LimitSearch } from './limit-search.ts'
import type { LimitRules } from './limit-state.ts'
import { LoadClassifier } from './load-classifier.ts'
import type { LoadOutcome } from './load-outcome.ts'
import { vegas } from './vegas.ts'

const algorithms = { aimd, vegas, gradient } as const

/** Where an adaptive limit is entered by name. */
export interface AdaptiveLimitRegistrar {
  readonly adaptiveLimits: { add(limit: AdaptiveLimit): void }
}

/**
 * Limits how many calls are under way at once to what the other side bears: it grows while calls are quick and falls when
 * they wait there or are dropped. A call beyond it waits in a bounded queue or is refused. Errors that say nothing about
 * load do not count, nor do calls that their callers gave up. Around a retry or a timeout it measures them as part of the
 * call, so its place is inside both.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function adaptiveLimit(
  options: AdaptiveLimitOptions,
  runtime?: Partial<Runtime>,
  registry?: AdaptiveLimitRegistrar,
): AdaptiveLimit {
  const made = new SearchingLimit(options, completeRuntime(runtime))
  return entered(made, registry, 'adaptiveLimits')
}

class SearchingLimit extends StagedPolicy implements AdaptiveLimit, StagedAdaptiveLimit {
  readonly kind = 'adaptive-limit'
  readonly name: string
  readonly pool: SlotPool
  readonly classifier: LoadClassifier
  readonly #runtime: Runtime
  readonly #search: LimitSearch
  #given: AdaptiveLimitOptions
  #options: ResolvedAdaptiveLimit
  #abandoned = 0
  #refused = 0
  #dropped = 0

  constructor(options: AdaptiveLimitOptions, runtime: Runtime) {
    super()
    const resolved = resolveAdaptiveLimitOptions(options)
    const { initial, window, windowCalls } = resolved
    this.name = resolved.name
    // Where it began binds no later change.
    const { initial: _, ...given } = options
    this.#given = given
    this.#options = resolved
    this.#runtime = runtime
    this.classifier = new LoadClassifier(resolved)
    this.pool = new SlotPool({ limit: initial, ...queueOf(resolved) }, runtime.clock)
    this.#search = new LimitSearch(
      { initial, rules: rulesOf(resolved), window: { windowMs: window, samplesMin: windowCalls } },
      runtime,
    )
  }

  get isIdle(): boolean {
    return this.pool.active === 0
  }

  stage(): Stage {
    return new AdaptiveLimitStage(this)
  }

  tryAcquire(): LimitPermit | undefined {
    if (this.pool.tryTake()) return new TimedPermit(this)
    this.refuse('full')
    return undefined
  }

  async acquire(request: SlotRequest = {}): Promise<LimitPermit> {
    await acquireSlot(this, request)
    return new TimedPermit(this)
  }

  reconfigure(settings: AdaptiveLimitSettings): void {
    const given = changedOptions(this.#given, settings)
    const resolved = resolveAdaptiveLimitOptions(given, settings)
    this.#given = given
    this.#options = resolved
    this.#search.setRules(rulesOf(resolved))
    this.pool.setLimit(this.#search.limit)
    this.pool.setQueue(queueOf(resolved))
  }

  now(): number {
    return this.#runtime.clock.now()
  }

  ended(startedMs: number, outcome: LoadOutcome): void {
    if (outcome === 'ignored' || outcome === 'answered') return
    const nowMs = this.now()
    const { dropAfter = Infinity } = this.#options
    const isDropped = outcome === 'overloaded' || nowMs - startedMs > dropAfter
    if (isDropped) this.#dropped++
    const { active } = this.pool
    const mayHaveChanged = isDropped
      ? this.#search.dropped(startedMs, nowMs, active)
      : this.#search.served(startedMs, nowMs, active)
    if (mayHaveChanged) this.pool.setLimit(this.#search.limit)
  }

  refuse(reason: SlotRefusal): SeaworthyError {
    this.#refused++
    const { queue, queueWaitMax: waitMaxMs, retryAfter: retryAfterMs } = this.#options
    const { limit } = this.pool
    const code = 'ERR_CONCURRENCY_LIMIT'
    return slotRefusal(reason, { code, name: this.name, limit, queue, waitMaxMs, retryAfterMs })
  }

  countAbandoned(change: 1 | -1): void {
    this.#abandoned += change
  }

  snapshot(): AdaptiveLimitSnapshot {
    const { phase, baseMs } = this.#search.state
    return Object.freeze({
      name: this.name,
      algorithm: this.#options.algorithm,
      limit: this.pool.limit,
      active: this.pool.active,
      abandoned: this.#abandoned,
      waiting: this.pool.waiting,
      refused: this.#refused,
      dropped: this.#dropped,
      phase,
      baseMs: algorithms[this.#options.algorithm].needsBase && baseMs < Infinity ? baseMs : undefined,
    })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, algorithm, min, max, queue, order, queueWaitMax } = this.#options
    return {
      kind: this.kind,
      name,
      algorithm,
      min,
      max,
      queue,
      order,
      ...(queueWaitMax !== undefined && { queueWaitMaxMs: queueWaitMax }),
    }
  }
}

/** A permit that its holder gives back. */
class TimedPermit implements LimitPermit {
  readonly #limit: SearchingLimit
  readonly #startedMs: number
  #isOver = false

  constructor(limit: SearchingLimit) {
    this.#limit = limit
    this.#startedMs = limit.now()
  }

  record(outcome: LoadOutcome): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#limit.ended(this.#startedMs, outcome)
    this.#limit.pool.release()
  }

  release(): void {
    this.record('ignored')
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

function rulesOf(options: ResolvedAdaptiveLimit): LimitRules {
  const { algorithm, min, max, backoff, dropsTolerated, probeInterval } = options
  return {
    algorithm: algorithms[algorithm],
    min,
    max,
    backoff,
    dropTolerance: dropsTolerated,
    probeIntervalMs: probeInterval,
  }
}

function queueOf({ queue, order, queueWaitMax }: ResolvedAdaptiveLimit): Omit<SlotPoolRules, 'limit'> {
  return { queue, order, waitMaxMs: queueWaitMax }
}
