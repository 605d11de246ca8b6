import { sleep, systemClock } from 'seaworthy/core'
import type { SharedLimitRequest } from 'seaworthy/resilience'
import type { RedisLimit } from '../../src/index.ts'

/**
 * Waits for units, as a policy does; returns in the very step in which they may be used.
 *
 * @param onLate called each time a granted moment was missed, before asking again
 */
export async function acquire(
  limit: RedisLimit,
  request: SharedLimitRequest,
  onLate: () => void = () => undefined,
): Promise<'refused' | 'granted'> {
  for (;;) {
    const answer = await limit.reserve(request)
    if (!answer.granted) return 'refused'
    let due: number | 'late' = answer.waitMs
    while (due !== 'late') {
      if (due > 0) await sleep(systemClock, due)
      due = limit.dueInMs(answer)
      if (due === 0) return 'granted'
    }
    onLate()
    await limit.giveBack(answer)
  }
}
