import {
  adaptiveLimit,
  bulkhead,
  circuitBreaker,
  circuitBreakerFactory,
  constant,
  fallback,
  hedge,
  keyed,
  pipeline,
  rateLimit,
  retry,
  timeout,
  type Answer,
  type BreakerRuleOptions,
  type Policy,
} from 'seaworthy/resilience'
import { usualSettings, type Contender, type Guard, type GuardSettings } from './contender.ts'
import { limits } from './limits.ts'
import { fallbackAnswer } from './work.ts'

function breakerRules({ isTolerant }: GuardSettings): BreakerRuleOptions {
  return {
    openFor: limits.openMs,
    trip: {
      kind: 'time',
      length: limits.windowMs,
      failureRate: isTolerant ? 1 : limits.failureRate,
      minimumCalls: isTolerant ? 1_000_000 : limits.minimumCalls,
    },
  }
}

const breaker = (settings: GuardSettings): Policy =>
  circuitBreaker({ name: 'dependency', ...breakerRules(settings) })

function retrying({ isTolerant }: GuardSettings): Policy {
  return retry({
    attempts: limits.attempts,
    baseDelay: limits.firstDelayMs,
    retryIf: () => !isTolerant,
  })
}

const bulkheading = ({ slots }: GuardSettings): Policy => bulkhead({ name: 'dependency', concurrency: slots })

const timing = ({ timeoutMs }: GuardSettings): Policy => timeout({ limit: timeoutMs })

const falling = () => fallback([constant('constant', fallbackAnswer)])

const hedging = ({ timeoutMs }: GuardSettings): Policy => hedge({ delay: timeoutMs })

const limiting = ({ rate }: GuardSettings): Policy =>
  rateLimit({ name: 'dependency', limit: rate, interval: limits.ratePeriodMs })

const adapting = ({ slots }: GuardSettings): Policy => adaptiveLimit({ name: 'dependency', initial: slots })

function guard(...policiesOf: readonly ((settings: GuardSettings) => Policy)[]): Guard {
  return (work, settings) => {
    const guarded = pipeline(policiesOf.map((policyOf) => policyOf(settings)))
    return {
      call: () => guarded.execute(work),
      outcome: () => guarded.outcome(work),
      callWith: (signal) => guarded.execute(work, { signal }),
    }
  }
}

/** What comes through a fallback says where it is from. */
function guardFalling(...policiesOf: readonly ((settings: GuardSettings) => Policy)[]): Guard {
  const make = guard(falling, ...policiesOf)
  return async (work, settings) => ({
    ...(await make(work, settings)),
    unwrap: (result) => (result as Answer<unknown, string>).value,
  })
}

export const ourContender: Contender = {
  name: 'ours',
  version: '0.1.0',
  guards: {
    five: guardFalling(retrying, breaker, bulkheading, timing),
    breaker: guard(breaker),
    retry: guard(retrying),
    timeout: guard(timing),
    bulkhead: guard(bulkheading),
    fallback: guardFalling(),
    rateLimit: guard(limiting),
    hedge: guard(hedging),
    adaptiveLimit: guard(adapting),
  },
  keyed(work, keysMax) {
    const breakers = circuitBreakerFactory(breakerRules(usualSettings))
    const byKey = keyed((key) => breakers.create(key), { name: 'dependencies', capacity: keysMax })
    const guarded = pipeline([byKey])
    return { call: (key) => guarded.execute(work, { key }) }
  },
}
