import {
  Bulkhead,
  Circuit,
  Ratelimit,
  Retry,
  RetryMode,
  SlidingTimeBreaker,
  Timeout,
  type Module,
} from 'mollitia'
import { byKey } from './by-key.ts'
import { usualSettings, type Contender, type Guard, type GuardSettings } from './contender.ts'
import { limits } from './limits.ts'
import { peerVersion } from './peer-version.ts'

function breaker({ isTolerant }: GuardSettings): Module {
  return new SlidingTimeBreaker({
    slidingWindowSize: limits.windowMs,
    failureRateThreshold: limits.failureRate * 100,
    minimumNumberOfCalls: isTolerant ? Number.MAX_SAFE_INTEGER : limits.minimumCalls,
    openStateDelay: limits.openMs,
  })
}

function retrying({ isTolerant }: GuardSettings): Module {
  return new Retry({
    attempts: limits.attempts - 1,
    interval: limits.firstDelayMs,
    mode: RetryMode.EXPONENTIAL,
    onRejection: () => !isTolerant,
  })
}

const bulkheading = ({ slots }: GuardSettings): Module =>
  new Bulkhead({ concurrentSize: slots, queueSize: 0 })

const timing = ({ timeoutMs }: GuardSettings): Module => new Timeout({ delay: timeoutMs })

const limiting = ({ rate }: GuardSettings): Module =>
  new Ratelimit({ limitForPeriod: rate, limitPeriod: limits.ratePeriodMs })

function guard(...modulesOf: readonly ((settings: GuardSettings) => Module)[]): Guard {
  return (work, settings) => {
    const circuit = new Circuit({ func: work, options: { modules: modulesOf.map((make) => make(settings)) } })
    return { call: () => circuit.execute(), close: () => circuit.dispose() }
  }
}

/**
 * Nobody listens to its events, and it has no logger. Its fallback cannot answer: it can only put another error in the place
 * of the first, so it is not in the rows with a fallback.
 */
export const mollitiaContender: Contender = {
  name: 'mollitia',
  version: peerVersion('mollitia'),
  guards: {
    breaker: guard(breaker),
    retry: guard(retrying),
    timeout: guard(timing),
    bulkhead: guard(bulkheading),
    rateLimit: guard(limiting),
  },
  mapped(work) {
    const circuits = byKey(() => new Circuit({ func: work, options: { modules: [breaker(usualSettings)] } }))
    return { call: (key) => circuits.of(key).execute() }
  },
}
