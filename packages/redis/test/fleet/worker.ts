import { createInterface } from 'node:readline'
import { isSeaworthyError, seededRandom, sleep, systemClock } from 'seaworthy/core'
import { sharedRateLimit } from 'seaworthy/resilience'
import { createRedisLimit, createRedisLink } from '../../src/index.ts'
import { createIoredisLink } from '../../src/ioredis.ts'
import { Arrivals, type Caller } from './arrivals.ts'
import { monotonicUs, type GoMessage, type WorkerMessage, type WorkerPlan } from './messages.ts'

/** One process of a fleet: many callers that want one unit each, all at about the same time. */

const plan = JSON.parse(process.argv[2] ?? '{}') as WorkerPlan
const createLink = plan.client === 'ioredis' ? createIoredisLink : createRedisLink
const link = createLink({ url: plan.url, connectTimeout: '500ms', reconnectMax: '500ms' })
const arrivals = new Arrivals()
const { startWithinMs } = plan
const store = createRedisLimit(
  arrivals.watched(link),
  startWithinMs === undefined ? {} : { startWithin: startWithinMs },
)
const limit = sharedRateLimit({
  name: 'fleet',
  store,
  limit: plan.limit,
  interval: plan.intervalMs,
  queue: plan.callers,
  queueWaitMax: '1d',
  whenUnreachable: 'refuse',
  retryStore: '50ms',
})
const random = seededRandom(`worker ${plan.worker}`)
let askedAgain = 0

function say(message: WorkerMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

async function call(): Promise<void> {
  await sleep(systemClock, random.next() * plan.spreadMs)
  const caller: Caller = { arrivedUs: undefined }
  for (;;) {
    try {
      await arrivals.of(caller, () => limit.acquire())
      say({ type: 'started', startedUs: monotonicUs(), arrivedUs: caller.arrivedUs ?? 0 })
      return
    } catch (error) {
      askedAgain++
      // Redis was not there, or the process was held up again and again.
      const isLost = isSeaworthyError(error) && error.code === 'ERR_LIMIT_UNREACHABLE'
      await sleep(systemClock, isLost ? (error.retryAfterMs ?? 0) : 0)
    }
  }
}

// First, as it keeps the process alive: nothing else does while Redis is away.
const lines = createInterface({ input: process.stdin })
await link.ready()
say({ type: 'connected' })
for await (const line of lines) {
  const { atUs } = JSON.parse(line) as GoMessage
  await sleep(systemClock, (atUs - monotonicUs()) / 1_000)
  await Promise.all(Array.from({ length: plan.callers }, () => call()))
  say({ type: 'done', askedAgain })
  break
}
await link.close()
process.stdin.destroy()
