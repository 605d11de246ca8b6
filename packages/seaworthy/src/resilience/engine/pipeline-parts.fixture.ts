import fc from 'fast-check'
import { sleep, type Clock, type Outcome } from 'seaworthy/core'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import type { CircuitBreaker } from '../breaker/circuit-breaker-handle.ts'
import type { BreakerTrip } from '../breaker/breaker-trip.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import type { Bulkhead } from '../bulkhead/bulkhead-handle.ts'
import { constant, recover } from '../fallback/derived-fallback.ts'
import { fallback } from '../fallback/fallback.ts'
import type { FallbackContext } from '../fallback/fallback-step.ts'
import { hedge } from '../hedge/hedge.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import type { RateLimit } from '../rate-limit/rate-limit-handle.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { classifyAbort, classifyError } from './classify-error.ts'
import type { Flight } from './flight.ts'
import type { Policy } from './policy.ts'
import { Stage, type Abandonment } from './stage.ts'
import { StagedPolicy } from './staged-policy.ts'

/** One policy of a random pipeline, as plain data. */
export type Part =
  | { readonly kind: 'fallback'; readonly takesMs: number; readonly stepTimeout: number }
  | { readonly kind: 'retry'; readonly attempts: number; readonly baseDelay: number }
  | { readonly kind: 'breaker'; readonly trip: BreakerTrip; readonly probes: number }
  | {
      readonly kind: 'bulkhead'
      readonly concurrency: number
      readonly queue: number
      readonly queueWaitMax: number
    }
  | { readonly kind: 'timeout'; readonly limit: number; readonly perCallMax: number }
  | { readonly kind: 'rate limit'; readonly limit: number; readonly queue: number }
  | { readonly kind: 'hedge'; readonly delay: number; readonly max: number }
  | { readonly kind: 'foreign'; readonly habit: Habit }

/** What a policy of somebody else's does. */
export const habits = ['hands on', 'hands on later', 'tries twice', 'turns errors over'] as const
type Habit = (typeof habits)[number]

const rates = { failureRate: 0.5, minimumCalls: 3 }

export const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({
    kind: fc.constant('fallback' as const),
    takesMs: fc.constantFrom(0, 0, 12),
    stepTimeout: fc.constantFrom(5, 100),
  }),
  fc.record({
    kind: fc.constant('retry' as const),
    attempts: fc.constantFrom(1, 2, 3),
    baseDelay: fc.constantFrom(0, 8),
  }),
  fc.record({
    kind: fc.constant('breaker' as const),
    trip: fc.constantFrom<BreakerTrip>(
      { kind: 'consecutive', failures: 2 },
      { kind: 'count', size: 4, ...rates },
      { kind: 'time', length: 50, ...rates },
    ),
    probes: fc.constantFrom(1, 2),
  }),
  fc.record({
    kind: fc.constant('bulkhead' as const),
    concurrency: fc.constantFrom(1, 2),
    queue: fc.constantFrom(0, 1, 3),
    queueWaitMax: fc.constantFrom(10, 500),
  }),
  fc.record({
    kind: fc.constant('timeout' as const),
    limit: fc.constantFrom(10, 25, 60),
    perCallMax: fc.constantFrom(0, 60),
  }),
  fc.record({ kind: fc.constant('rate limit' as const), limit: fc.constantFrom(1, 4), queue: fc.nat(2) }),
  fc.record({
    kind: fc.constant('hedge' as const),
    delay: fc.constantFrom(0, 7),
    max: fc.constantFrom(1, 2),
  }),
  fc.record({ kind: fc.constant('foreign' as const), habit: fc.constantFrom<Habit>(...habits) }),
)

/** What the tests look at afterwards. */
export interface Built {
  readonly policies: readonly Policy[]
  readonly bulkheads: readonly Bulkhead[]
  readonly limits: readonly RateLimit[]
  /** Each with what was seen right outside and right inside of it, when there were probes. */
  readonly breakers: readonly {
    readonly of: CircuitBreaker
    readonly outside: Probe
    readonly inside: Probe
  }[]
  readonly probes: readonly Probe[]
}

interface Surroundings {
  readonly clock: Clock
  /** Whether there is a probe on either side of each policy. */
  readonly hasProbes: boolean
  /** Called by the callers' code in policies, where nothing of a call is at rest. */
  readonly interrupt: () => void
}

/** Makes the policies, and what tells of them. */
export function build(parts: readonly Part[], surroundings: Surroundings): Built {
  const { hasProbes } = surroundings
  const policies: Policy[] = []
  const bulkheads: Bulkhead[] = []
  const limits: RateLimit[] = []
  const breakers: { of: CircuitBreaker; outside: Probe; inside: Probe }[] = []
  const probes = [new Probe(), ...parts.map(() => new Probe())]
  for (const [place, each] of parts.entries()) {
    const outside = probes[place] ?? new Probe()
    const policy = policyOf(each, place, surroundings)
    if (hasProbes) policies.push(outside)
    policies.push(policy)
    if (each.kind === 'bulkhead') bulkheads.push(policy as Bulkhead)
    if (each.kind === 'rate limit') limits.push(policy as RateLimit)
    if (each.kind === 'breaker')
      breakers.push({ of: policy as CircuitBreaker, outside, inside: probes[place + 1] ?? outside })
  }
  const innermost = probes.at(-1)
  if (hasProbes && innermost !== undefined) policies.push(innermost)
  return { policies, bulkheads, limits, breakers, probes: hasProbes ? probes : [] }
}

function policyOf(each: Part, place: number, { clock, interrupt }: Surroundings): Policy {
  const runtime = { clock, random: { next: () => 0.5 } }
  const name = `${each.kind} ${place}`
  switch (each.kind) {
    case 'fallback': {
      const { takesMs, stepTimeout } = each
      const late = ({ signal }: FallbackContext): Promise<string> => {
        interrupt()
        return sleep(clock, takesMs, signal).then(() => 'late')
      }
      const steps = takesMs === 0 ? [] : [recover('late', late, { timeout: stepTimeout })]
      return fallback([...steps, constant('none', 'none')], {}, runtime)
    }
    case 'retry': {
      const { attempts, baseDelay } = each
      const retryIf = (): true => {
        interrupt()
        return true
      }
      return retry({ attempts, baseDelay, backoff: 'constant', retryIf }, runtime)
    }
    case 'breaker': {
      const classify = (error: unknown): Outcome => {
        interrupt()
        return classifyError(error)
      }
      return circuitBreaker({ name, trip: each.trip, openFor: 30, probes: each.probes, classify }, runtime)
    }
    case 'bulkhead': {
      const { concurrency, queue, queueWaitMax } = each
      return bulkhead(
        { name, concurrency, retryAfter: 15, ...(queue > 0 && { queue, queueWaitMax }) },
        runtime,
      )
    }
    case 'timeout': {
      const { limit, perCallMax } = each
      return timeout({ name, limit, ...(perCallMax > 0 && { perCallMax }) }, runtime)
    }
    case 'rate limit':
      return rateLimit({ name, limit: each.limit, interval: 20, queue: each.queue }, runtime)
    case 'hedge':
      return hedge({ delay: each.delay, max: each.max }, runtime)
    case 'foreign':
      return foreign(each.habit)
  }
}

function foreign(habit: Habit): Policy {
  return {
    kind: 'foreign',
    name: habit,
    execute: async (next, context) => {
      if (habit === 'hands on later') await Promise.resolve()
      try {
        return await next(context)
      } catch (error) {
        if (habit === 'turns errors over') throw new Error('turned over', { cause: error })
        if (habit !== 'tries twice' || context.signal.aborted) throw error
        return await next(context)
      }
    },
    describe: () => ({ habit }),
  }
}

/** Sees what passes its place, and how each passage ends. */
export class Probe extends StagedPolicy {
  readonly kind = 'probe'
  readonly name = 'probe'
  entered = 0
  /** What a breaker right around it is to make of the ends. */
  readonly ends: Record<Outcome, number> = { ok: 0, failed: 0, slow: 0, ignored: 0 }

  get ended(): number {
    return this.ends.ok + this.ends.failed + this.ends.ignored
  }

  stage(): Stage {
    return new ProbeStage(this)
  }

  describe(): Readonly<Record<string, unknown>> {
    return { kind: this.kind }
  }
}

class ProbeStage extends Stage {
  readonly #probe: Probe

  constructor(probe: Probe) {
    super()
    this.#probe = probe
  }

  override enter(flight: Flight): unknown {
    this.#probe.entered++
    return this.inner.enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.#probe.ends.ok++
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#probe.ends[classifyError(error)]++
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned({ options }: Flight, { reason, hasBegun }: Abandonment): void {
    this.#probe.ends[hasBegun ? classifyAbort(reason, options.signal) : 'ignored']++
  }
}
