import { expect, test, vi } from 'vitest'
import { runFleet } from './fleet/run-fleet.ts'
import { RedisServer } from './redis-server.ts'

vi.setConfig({ testTimeout: 120_000 })

const fleet = {
  limit: 200,
  intervalMs: 2_000,
  callers: 1_000,
  workers: 4,
  startWithinMs: 40,
  spreadMs: 1_000,
} as const

test.each(['node-redis', 'ioredis'] as const)(
  'fleet over %s: of 1,000 callers in 4 processes never more than 200 start in 2 s, at least 195 do, first come first served',
  async (client) => {
    await using server = await RedisServer.start()
    const verdicts: unknown[] = []
    // That units are used and places kept needs processes that get their turn in time, on a machine that may have better
    // to do; so one of three runs has to show it. That the limit holds depends on nothing, so every run has to show it.
    for (let run = 0; run < 3; run++) {
      const verdict = await runFleet({ ...fleet, url: server.url, client })
      verdicts.push(verdict)
      expect(verdict).toMatchObject({ started: 1_000, overtaken: 0, holds: { limit: true, all: true } })
      if (verdict.holds.use && verdict.holds.fair) return
      await server.command('FLUSHALL')
    }
    expect(verdicts).toContainEqual(
      expect.objectContaining({ holds: { limit: true, use: true, fair: true, all: true } }),
    )
  },
)
