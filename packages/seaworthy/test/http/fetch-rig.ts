import { manualClock, seededRandom, type ManualClock } from 'seaworthy/core'
import {
  circuitBreaker,
  pipeline,
  resilientFetch,
  retry,
  timeout,
  type CircuitBreaker,
  type Pipeline,
  type ResilientFetchOptions,
} from 'seaworthy/resilience'

export interface FetchRig {
  readonly clock: ManualClock
  readonly breaker: CircuitBreaker
  readonly guard: Pipeline
  readonly send: typeof fetch
  /** Lets delays between attempts pass as soon as they begin. */
  settled<T>(result: Promise<T>): Promise<T>
}

/** A fetch with three attempts of 2 s each, without delay between them, behind a breaker that opens late. */
export function fetchRig(options: ResilientFetchOptions = {}): FetchRig {
  const clock = manualClock(Date.UTC(2026, 0, 5, 8))
  const runtime = { clock, random: seededRandom(1) }
  const breaker = circuitBreaker({ name: 'sample', trip: { kind: 'consecutive', failures: 100 } }, runtime)
  const guard = pipeline([
    retry({ attempts: 3, baseDelay: 0, maxDelay: 0 }, runtime),
    breaker,
    timeout({ name: 'attempt', limit: '2s' }, runtime),
  ])
  const settled = async <T>(result: Promise<T>): Promise<T> => {
    let isDone = false
    const mark = (): boolean => (isDone = true)
    result.then(mark, mark)
    while (!isDone) await clock.advance(0)
    return result
  }
  return { clock, breaker, guard, settled, send: resilientFetch(guard, options, { clock }) }
}
