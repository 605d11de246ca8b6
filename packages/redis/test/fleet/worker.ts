import { createInterface } from 'node:readline'
import { seededRandom, sleep, systemClock } from 'seaworthy/core'
import type { SharedLimitRequest } from 'seaworthy/resilience'
import { createRedisLimit, createRedisLink } from '../../src/index.ts'
import { createIoredisLink } from '../../src/ioredis.ts'
import { acquire } from './acquire.ts'
import { watchedLink } from './watched-link.ts'
import { monotonicUs, type GoMessage, type WorkerMessage, type WorkerPlan } from './messages.ts'

/** One process of a fleet: many callers that want one unit each, all at about the same time. */

const plan = JSON.parse(process.argv[2] ?? '{}') as WorkerPlan
const createLink = plan.client === 'ioredis' ? createIoredisLink : createRedisLink
const link = createLink({ url: plan.url, connectTimeout: '500ms', reconnectMax: '500ms' })
const { startWithinMs } = plan
/** When the server answered each caller. */
const arrivals = new Map<string, number>()
const watched = watchedLink(link, arrivals)
const limit = createRedisLimit(watched, startWithinMs === undefined ? {} : { startWithin: startWithinMs })

const request: Omit<SharedLimitRequest, 'caller'> = {
  name: 'fleet',
  key: '',
  cost: 1,
  limit: plan.limit,
  intervalMs: plan.intervalMs,
  maxWaitMs: 86_400_000,
}

const random = seededRandom(`worker ${plan.worker}`)
let askedAgain = 0

function say(message: WorkerMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

async function call(number: number): Promise<void> {
  const caller = `worker-${plan.worker}-${number}`
  await sleep(systemClock, random.next() * plan.spreadMs)
  for (;;) {
    try {
      await acquire(limit, { ...request, caller }, () => askedAgain++)
      say({ type: 'started', startedUs: monotonicUs(), arrivedUs: arrivals.get(caller) ?? 0 })
      return
    } catch {
      askedAgain++
      await link.ready()
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
  await Promise.all(Array.from({ length: plan.callers }, (_, caller) => call(caller)))
  say({ type: 'done', askedAgain })
  break
}
await link.close()
process.stdin.destroy()
