import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pipeline, sharedRateLimit } from 'seaworthy/resilience'
import { createRedisLimit } from '../src/index.ts'
import { BlackHole } from './black-hole.ts'
import { linksOfBoth, patience, until } from './links.ts'
import { RedisServer } from './redis-server.ts'

vi.setConfig({ testTimeout: 30_000 })

let server: RedisServer
let names = 0

beforeAll(async () => {
  server = await RedisServer.start()
})

afterAll(() => server[Symbol.asyncDispose]())

/** A limit of its own, of 20 in 1 s; one of them is this process's share. Redis gets time, as the machine may be busy. */
function newLimit() {
  return {
    name: `start ${names++}`,
    limit: 20,
    interval: '1s',
    queueWaitMax: '15s',
    localShare: 0.05,
    storeTimeout: '10s',
  } as const
}

describe.each(linksOfBoth)('limit at the start over %s', (_name, createLink) => {
  /** Lets so many calls go at once. How they ended, and when they started. */
  async function callAll(line: ReturnType<typeof pipeline>, count: number) {
    const startsMs: number[] = []
    const call = () => line.execute(async () => void startsMs.push(performance.now()))
    const ends = await Promise.allSettled(Array.from({ length: count }, call))
    return { startsMs, refusals: ends.filter(({ status }) => status === 'rejected') }
  }

  test('calls before the first connection wait for it, all start, and no span sees more than the limit', async () => {
    await using link = createLink({ url: server.url, connectTimeout: '10s', commandTimeout: '10s' })
    using store = createRedisLimit(link)
    const limit = sharedRateLimit({ ...newLimit(), store })
    expect(link.state.kind).toBe('connecting')
    const { startsMs, refusals } = await callAll(pipeline([limit]), 60)
    expect(refusals).toEqual([])
    expect(startsMs).toHaveLength(60)
    for (const [index, atMs] of startsMs.slice(20).entries()) {
      expect(atMs - startsMs[index]!).toBeGreaterThanOrEqual(999)
    }
    expect(limit.snapshot()).toMatchObject({ isReachable: true, refused: 0 })
  })

  test('when the first attempt fails, nobody waits for the next', async () => {
    await using link = createLink({ url: 'redis://127.0.0.1:1', reconnectMin: '1h', reconnectMax: '1h' })
    using store = createRedisLimit(link)
    const request = { name: 'away', key: '', cost: 1, limit: 1, intervalMs: 1, maxWaitMs: 0, caller: 'test' }
    const unavailable = {
      code: 'ERR_REDIS_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    }
    await expect(store.reserve(request)).rejects.toMatchObject(unavailable)
    await expect(store.reserve(request)).rejects.toMatchObject(unavailable)
    await expect(store.pause(request, 1)).rejects.toMatchObject(unavailable)
  })

  test('a link that is closed before its first connection lets nobody wait', async () => {
    await using hole = await BlackHole.to(server.port)
    hole.cut()
    const link = createLink({ url: hole.url, connectTimeout: '60s' })
    using store = createRedisLimit(link)
    const request = {
      name: 'closed',
      key: '',
      cost: 1,
      limit: 1,
      intervalMs: 1,
      maxWaitMs: 0,
      caller: 'test',
    }
    const asked = expect(store.reserve(request)).rejects.toMatchObject({ code: 'ERR_REDIS_CLOSED' })
    await link.close()
    await asked
  })

  test('who waits without Redis is asked for again once it is back, without another call', async () => {
    const own = await RedisServer.start()
    await using _ = own
    await using link = createLink({ url: own.url, commandTimeout: '5s', reconnectMax: '100ms' })
    await link.ready()
    using store = createRedisLimit(link)
    await own.kill()
    await until(link, 'away')
    const limit = sharedRateLimit({ ...newLimit(), store, retryStore: '100ms' })
    const all = callAll(pipeline([limit]), 10)
    await vi.waitFor(() => expect(limit.snapshot()).toMatchObject({ isReachable: false }), patience)
    await own.start()
    const { startsMs, refusals } = await all
    expect(refusals).toEqual([])
    expect(startsMs).toHaveLength(10)
    // By the local share alone they take 9 s.
    expect(startsMs.at(-1)! - startsMs[0]!).toBeLessThan(7_000)
    expect(limit.snapshot().isReachable).toBe(true)
  })
})
