import { expect } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { adaptiveLimit } from '../adaptive/adaptive-limit.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { fallback } from '../fallback/fallback.ts'
import { faultSwitch } from '../faults/fault-switch.ts'
import { hedge } from '../hedge/hedge.ts'
import { keyed } from '../keyed/keyed.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import { retry } from '../retry/retry.ts'
import { clientThrottle } from '../shedding/client-throttle.ts'
import { loadShedder } from '../shedding/load-shedder.ts'
import { timeout } from '../timeout/timeout.ts'
import type { ExecuteOptions, Work } from './call-context.ts'
import { callContext } from './caller-scope.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

/** Each policy, and five together, for work that does what no type forbids, or what only happens on bad days. */

export const name = 'odd'
/** Of the timeouts. */
export const limitMs = 100

export interface Trial {
  readonly clock: ManualClock
  readonly call: (work: Work<unknown>, options?: ExecuteOptions) => Promise<unknown>
  /** What policies count as under way. */
  readonly underWay: () => number
}

type Maker = (clock: ManualClock) => readonly Policy[]

const makers: Readonly<Record<string, Maker>> = {
  'no policy': () => [],
  timeout: (clock) => [timeout({ limit: limitMs }, { clock })],
  retry: (clock) => [retry({ attempts: 2, baseDelay: 10, maxDelay: 10 }, { clock })],
  'circuit breaker': (clock) => [circuitBreaker({ name }, { clock })],
  'circuit breaker that is timed': (clock) => [circuitBreaker({ name, slowCallAfter: '1s' }, { clock })],
  bulkhead: (clock) => [bulkhead({ name, concurrency: 3 }, { clock })],
  'rate limit': (clock) => [rateLimit({ name, limit: 100 }, { clock })],
  hedge: (clock) => [hedge({ delay: 1_000 }, { clock })],
  fallback: (clock) => [fallback([], {}, { clock })],
  'adaptive limit': (clock) => [adaptiveLimit({ name, initial: 3 }, { clock })],
  'load shedder': (clock) => [
    loadShedder({ name, eventLoopDelay: false, inFlight: { start: 50, full: 100 } }, { clock }),
  ],
  'client throttle': (clock) => [clientThrottle({ name }, { clock })],
  'fault switch': (clock) => [faultSwitch(name, { clock })],
  'bulkheads by key': (clock) => [
    keyed((key) => bulkhead({ name: key, concurrency: 3 }, { clock }), { name }, { clock }),
  ],
  'five policies': (clock) => [
    fallback([], {}, { clock }),
    retry({ attempts: 2, baseDelay: 10, maxDelay: 10 }, { clock }),
    circuitBreaker({ name, trip: { kind: 'time' } }, { clock }),
    bulkhead({ name, concurrency: 3 }, { clock }),
    timeout({ limit: limitMs }, { clock }),
  ],
}

/** Each as a pipeline, and where it is a single policy, also used by itself. */
export const trials: readonly (readonly [string, () => Trial])[] = Object.entries(makers).flatMap(
  ([what, make]) => {
    const inPipeline = (): Trial => {
      const clock = manualClock()
      const policies = make(clock)
      const { execute } = pipeline(policies)
      return {
        clock,
        call: async (work, options) => valueOf(await execute(work, options)),
        underWay: counting(policies),
      }
    }
    const alone = (): Trial => {
      const clock = manualClock()
      const policies = make(clock)
      const [policy] = policies as [Policy]
      const call = async (work: Work<unknown>, { signal }: ExecuteOptions = {}) =>
        valueOf(await policy.execute(work, callContext(signal)))
      return { clock, call, underWay: counting(policies) }
    }
    const isSingle = make(manualClock()).length === 1
    return isSingle
      ? ([
          [what, inPipeline],
          [`${what} by itself`, alone],
        ] as const)
      : ([[what, inPipeline]] as const)
  },
)

/** What a fallback makes an answer of. */
function valueOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'source' in result && 'value' in result
    ? result.value
    : result
}

interface Observable extends Policy {
  snapshot?(): Readonly<Record<string, unknown>>
  /** Of a policy for each key, that of calls without one. */
  readonly common?: Observable
}

function counting(policies: readonly Policy[]): () => number {
  const observed = policies.map((policy: Observable) => policy.common ?? policy)
  const countOf = (policy: Observable): number => {
    const { active, inFlight, waiting } = policy.snapshot?.() ?? {}
    return [active, inFlight, waiting].reduce((sum: number, each) => sum + Number(each ?? 0), 0)
  }
  return () => observed.reduce((sum, policy) => sum + countOf(policy), 0)
}

/** Lets what is under way come to its end, whatever delays it meets. */
export async function settled<T>(clock: ManualClock, result: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [, outcome] = await Promise.all([clock.advance(5_000), Promise.allSettled([result])])
  return outcome[0]
}

export function expectNothingLeft({ clock, underWay }: Trial): void {
  expect([clock.pending, underWay()]).toEqual([0, 0])
}

export const reason = new Error('the caller gave up')

/** What a promise of another kind does when it is asked. */
export function thenable(
  settle: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => unknown,
): PromiseLike<unknown>['then'] {
  return ((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
    settle(resolve, reject)
  }) as PromiseLike<unknown>['then']
}
