import { manualClock, seededRandom, type ManualClock } from 'seaworthy/core'
import {
  circuitBreaker,
  pipeline,
  retry,
  timeout,
  undiciInterceptor,
  type CircuitBreaker,
  type HttpOptions,
} from 'seaworthy/resilience'
import { Agent, type Dispatcher } from 'undici'

export interface UndiciRig extends AsyncDisposable {
  readonly clock: ManualClock
  readonly breaker: CircuitBreaker
  readonly dispatcher: Dispatcher
  /** Lets delays between attempts pass as soon as they begin. */
  settled<T>(result: Promise<T>): Promise<T>
}

/** A dispatcher with three attempts of 2 s each, without delay between them, behind a breaker that opens late. */
export function undiciRig(options: HttpOptions = {}): UndiciRig {
  const clock = manualClock(Date.UTC(2026, 0, 5, 8))
  const runtime = { clock, random: seededRandom(1) }
  const breaker = circuitBreaker({ name: 'sample', trip: { kind: 'consecutive', failures: 100 } }, runtime)
  const guard = pipeline([
    retry({ attempts: 3, baseDelay: 0, maxDelay: 0 }, runtime),
    breaker,
    timeout({ name: 'attempt', limit: '2s' }, runtime),
  ])
  const agent = new Agent()
  return {
    clock,
    breaker,
    dispatcher: agent.compose(undiciInterceptor(guard, options, { clock })),
    settled: async (result) => {
      let isDone = false
      const mark = (): boolean => (isDone = true)
      result.then(mark, mark)
      while (!isDone) await clock.advance(0)
      return result
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}
