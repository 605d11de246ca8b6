import { bulkhead, circuitBreaker, pipeline, retry, timeout, type Policy } from 'seaworthy/resilience'
import type { Contender, Guard, GuardSettings } from './contender.ts'
import { limits } from './limits.ts'

function breaker({ isTolerant }: GuardSettings): Policy {
  return circuitBreaker({
    name: 'dependency',
    openFor: limits.openMs,
    trip: {
      kind: 'time',
      length: limits.windowMs,
      failureRate: isTolerant ? 1 : limits.failureRate,
      minimumCalls: isTolerant ? 1_000_000 : limits.minimumCalls,
    },
  })
}

function retrying({ isTolerant }: GuardSettings): Policy {
  return retry({
    attempts: limits.attempts,
    baseDelay: limits.firstDelayMs,
    retryIf: () => !isTolerant,
  })
}

const bulkheading = ({ slots }: GuardSettings): Policy => bulkhead({ name: 'dependency', concurrency: slots })

const timing = ({ timeoutMs }: GuardSettings): Policy => timeout({ limit: timeoutMs })

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

export const ourContender: Contender = {
  name: 'ours',
  version: '0.1.0',
  guards: {
    breaker: guard(breaker),
    retry: guard(retrying),
    timeout: guard(timing),
    bulkhead: guard(bulkheading),
  },
}
