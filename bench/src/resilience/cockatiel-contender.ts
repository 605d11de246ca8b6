import {
  bulkhead,
  circuitBreaker,
  ExponentialBackoff,
  fallback,
  handleAll,
  handleWhen,
  retry,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap,
  type IPolicy,
} from 'cockatiel'
import { byKey } from './by-key.ts'
import { usualSettings, type Contender, type Guard, type Guarded, type GuardSettings } from './contender.ts'
import { limits } from './limits.ts'
import { peerVersion } from './peer-version.ts'
import { fallbackAnswer, type GuardedWork } from './work.ts'

const none = handleWhen(() => false)

function breaker({ isTolerant }: GuardSettings): IPolicy {
  return circuitBreaker(handleAll, {
    halfOpenAfter: limits.openMs,
    breaker: new SamplingBreaker({
      threshold: limits.failureRate,
      duration: limits.windowMs,
      minimumRps: isTolerant ? Number.MAX_VALUE : limits.minimumCalls / (limits.windowMs / 1_000),
    }),
  })
}

function retrying({ isTolerant }: GuardSettings): IPolicy {
  return retry(isTolerant ? none : handleAll, {
    maxAttempts: limits.attempts - 1,
    backoff: new ExponentialBackoff({ initialDelay: limits.firstDelayMs }),
  })
}

/** Gives up on work that ignores its signal, as the others do. */
const timing = ({ timeoutMs }: GuardSettings): IPolicy => timeout(timeoutMs, TimeoutStrategy.Aggressive)

const falling = (): IPolicy<{ signal: AbortSignal }, number> => fallback(handleAll, fallbackAnswer)

function guard(policyOf: (settings: GuardSettings) => IPolicy<{ signal: AbortSignal }, unknown>): Guard {
  return (work: GuardedWork, settings: GuardSettings): Guarded => {
    const policy = policyOf(settings)
    return { call: () => policy.execute(work), callWith: (signal) => policy.execute(work, signal) }
  }
}

/** Nobody listens to its events. */
export const cockatielContender: Contender = {
  name: 'cockatiel',
  version: peerVersion('cockatiel'),
  guards: {
    five: guard((settings) =>
      wrap(falling(), retrying(settings), breaker(settings), bulkhead(settings.slots), timing(settings)),
    ),
    breaker: guard(breaker),
    retry: guard(retrying),
    timeout: guard(timing),
    bulkhead: guard(({ slots }) => bulkhead(slots)),
    fallback: guard(falling),
  },
  mapped(work) {
    const breakers = byKey(() => breaker(usualSettings))
    return { call: (key) => breakers.of(key).execute(work) }
  },
}
