import { Effect, Schedule, Scope, Semaphore } from 'effect'
import { CircuitBreaker, RateLimiter } from 'effect/persistence'
import { usualSettings, type Contender, type Guard, type GuardSettings } from './contender.ts'
import { limits } from './limits.ts'
import { peerVersion } from './peer-version.ts'
import { fallbackAnswer, type GuardedWork } from './work.ts'

type Guarding = <E>(call: Effect.Effect<unknown, E>) => Effect.Effect<unknown, unknown>

/** Its breaker has no time window; this is its window of the last calls. */
async function breakers({ isTolerant }: GuardSettings): Promise<CircuitBreaker.CircuitBreaker> {
  const { minimumCalls, failureRate } = limits
  const made = CircuitBreaker.make({
    tripPolicy: isTolerant
      ? CircuitBreaker.consecutive(Number.MAX_SAFE_INTEGER)
      : CircuitBreaker.rate({ threshold: failureRate, size: 100, minimumCalls }),
    openDuration: limits.openMs,
  }).pipe(
    Effect.provide(CircuitBreaker.layerStoreMemory()),
    Effect.provideService(Scope.Scope, Scope.makeUnsafe()),
  )
  return Effect.runPromise(made)
}

async function breaker(settings: GuardSettings): Promise<Guarding> {
  const { execute } = await breakers(settings)
  return execute({ key: 'dependency' })
}

const running = (work: GuardedWork): Effect.Effect<number, unknown> =>
  Effect.tryPromise({ try: work, catch: (error) => error })

function retrying({ isTolerant }: GuardSettings): Guarding {
  return Effect.retry({
    times: limits.attempts - 1,
    schedule: Schedule.exponential(limits.firstDelayMs),
    while: () => !isTolerant,
  })
}

const bulkheading = ({ slots }: GuardSettings): Guarding => Semaphore.withPermit(Semaphore.makeUnsafe(slots))

const timing = ({ timeoutMs }: GuardSettings): Guarding => Effect.timeout(timeoutMs)

const falling = (): Guarding => Effect.orElseSucceed(() => fallbackAnswer)

async function limiting({ rate }: GuardSettings): Promise<Guarding> {
  const withLimiter = await Effect.runPromise(
    RateLimiter.makeWithRateLimiter.pipe(
      Effect.provide(RateLimiter.layer),
      Effect.provide(RateLimiter.layerStoreMemory),
    ),
  )
  return withLimiter({
    key: 'dependency',
    algorithm: 'token-bucket',
    limit: rate,
    window: limits.ratePeriodMs,
  })
}

/** Made once, innermost last, and run for each call. */
function guard(...made: readonly ((settings: GuardSettings) => Guarding | Promise<Guarding>)[]): Guard {
  return async (work, settings) => {
    let call: Effect.Effect<unknown, unknown> = running(work)
    for (const make of made.toReversed()) call = (await make(settings))(call)
    return {
      call: () => Effect.runPromise(call),
      outcome: () => Effect.runPromiseExit(call),
      callWith: (signal) => Effect.runPromise(call, { signal }),
    }
  }
}

export const effectContender: Contender = {
  name: 'effect',
  version: peerVersion('effect'),
  guards: {
    five: guard(falling, retrying, breaker, bulkheading, timing),
    breaker: guard(breaker),
    retry: guard(retrying),
    timeout: guard(timing),
    bulkhead: guard(bulkheading),
    fallback: guard(falling),
    rateLimit: guard(limiting),
  },
  async keyed(work) {
    const { execute } = await breakers(usualSettings)
    const call = running(work)
    return { call: (key) => Effect.runPromise(execute(call, { key })) }
  },
}
