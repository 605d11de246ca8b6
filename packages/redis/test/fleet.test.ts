import { expect, test, vi } from 'vitest'
import { RedisServer } from './redis-server.ts'
import { runFleet } from './fleet/run-fleet.ts'

vi.setConfig({ testTimeout: 60_000 })

const run = { limit: 200, intervalMs: 2_000, callers: 1_000, workers: 4, startWithinMs: 40 } as const

test.each(['node-redis', 'ioredis'] as const)(
  'fleet over %s: of 1,000 callers in 4 processes never more than 200 start in any 2 s, at least 195 do, and fairly',
  async (client) => {
    await using server = await RedisServer.start()
    const verdict = await runFleet({ ...run, url: server.url, client })
    console.log(verdict)
    expect(verdict).toMatchObject({
      started: 1_000,
      holds: { limit: true, use: true, fair: true, all: true },
    })
  },
)
