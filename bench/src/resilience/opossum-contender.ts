import CircuitBreaker from 'opossum'
import { byKey } from './by-key.ts'
import { usualSettings, type Contender, type Guard, type GuardSettings } from './contender.ts'
import { limits } from './limits.ts'
import { peerVersion } from './peer-version.ts'
import type { GuardedWork } from './work.ts'

/** Its timeout, bulkhead and fallback are parts of its breaker and cannot be had alone, and it does not retry. */
function circuitOf(work: GuardedWork, { isTolerant }: GuardSettings): CircuitBreaker {
  return new CircuitBreaker(work, {
    timeout: false,
    resetTimeout: limits.openMs,
    rollingCountTimeout: limits.windowMs,
    errorThresholdPercentage: limits.failureRate * 100,
    volumeThreshold: isTolerant ? Number.MAX_SAFE_INTEGER : limits.minimumCalls,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  })
}

const breaker: Guard = (work, settings) => {
  const circuit = circuitOf(work, settings)
  return { call: () => circuit.fire(), close: () => circuit.shutdown() }
}

/** Without percentiles, which it would work out at each failure, and without snapshots. */
export const opossumContender: Contender = {
  name: 'opossum',
  version: peerVersion('opossum'),
  guards: { breaker },
  mapped(work) {
    const circuits = byKey(() => circuitOf(work, usualSettings))
    return {
      call: (key) => circuits.of(key).fire(),
      close() {
        for (const circuit of circuits.all()) circuit.shutdown()
      },
    }
  },
}
