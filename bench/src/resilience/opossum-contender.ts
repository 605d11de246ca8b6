import CircuitBreaker from 'opossum'
import type { Contender, Guard } from './contender.ts'
import { limits } from './limits.ts'
import { peerVersion } from './peer-version.ts'

/** Its timeout, bulkhead and fallback are parts of its breaker and cannot be had alone, and it does not retry. */
const breaker: Guard = (work, { isTolerant }) => {
  const circuit = new CircuitBreaker(work, {
    timeout: false,
    resetTimeout: limits.openMs,
    rollingCountTimeout: limits.windowMs,
    errorThresholdPercentage: limits.failureRate * 100,
    volumeThreshold: isTolerant ? Number.MAX_SAFE_INTEGER : limits.minimumCalls,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  })
  return { call: () => circuit.fire(), close: () => circuit.shutdown() }
}

/** Without percentiles and snapshots, which cost it the most. */
export const opossumContender: Contender = {
  name: 'opossum',
  version: peerVersion('opossum'),
  guards: { breaker },
}
