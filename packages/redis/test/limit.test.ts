import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SharedLimitAnswer, SharedLimitGrant, SharedLimitRequest } from 'seaworthy/resilience'
import { createRedisLimit, type RedisLimit, type RedisLimitOptions, type RedisLink } from '../src/index.ts'
import { linksOfBoth, patience, until } from './links.ts'
import { RedisServer } from './redis-server.ts'

vi.setConfig({ testTimeout: 60_000 })

let server: RedisServer
let names = 0

beforeAll(async () => {
  server = await RedisServer.start({ keepsState: true })
})

afterAll(() => server[Symbol.asyncDispose]())

/** A request for one unit of a limit of its own, of 2 in 10 minutes; whoever waits for one will have to wait long. */
function newRequest(overrides: Partial<SharedLimitRequest> = {}): SharedLimitRequest {
  return {
    name: `limit ${names++}`,
    key: '',
    cost: 1,
    limit: 2,
    intervalMs: 600_000,
    maxWaitMs: 86_400_000,
    caller: 'test',
    ...overrides,
  }
}

function granted(answer: SharedLimitAnswer): SharedLimitGrant {
  if (!answer.granted) throw new Error(`refused for ${answer.retryAfterMs} ms`)
  return answer
}

/** About so many milliseconds: what the network, and clocks that run apart, may add. */
function about(ms: number): unknown {
  return expect.toSatisfy((value: number) => value > ms - 3_000 && value < ms + 3_000)
}

describe.each(linksOfBoth)('limit over %s', (_name, createLink) => {
  /** Two processes, as far as Redis can tell. */
  async function two(
    options: RedisLimitOptions = {},
  ): Promise<{ limits: [RedisLimit, RedisLimit]; links: [RedisLink, RedisLink] } & AsyncDisposable> {
    // Every write goes to the disk, which takes a while when the machine has better to do.
    const open = (): RedisLink => createLink({ url: server.url, commandTimeout: '1s' })
    const links: [RedisLink, RedisLink] = [open(), open()]
    await Promise.all(links.map((link) => link.ready()))
    return {
      links,
      limits: [createRedisLimit(links[0], options), createRedisLimit(links[1], options)],
      [Symbol.asyncDispose]: async () => {
        await Promise.all(links.map((link) => link.close()))
      },
    }
  }

  test('two processes keep it together: what one takes, the other waits for', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest()
    expect(await a.reserve(request)).toMatchObject({ granted: true, waitMs: 0, cost: 1, caller: 'test' })
    expect(await b.reserve(request)).toMatchObject({ granted: true, waitMs: 0 })
    const third = granted(await a.reserve(request))
    expect(third.waitMs).toEqual(about(600_500))
    expect(a.dueInMs(third)).toEqual(about(600_500))
    const fifth = [await b.reserve(request), await b.reserve(request)][1]
    expect(fifth).toMatchObject({ granted: true, waitMs: about(1_201_000) })
    // Another key, and another name, are other limits.
    expect(await b.reserve({ ...request, key: 'other' })).toMatchObject({ waitMs: 0 })
    expect(await b.reserve(newRequest())).toMatchObject({ waitMs: 0 })
  })

  test('who would wait too long is refused at once, takes nothing, and hears when a unit starts', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest({ cost: 2 })
    await a.reserve(request)
    for (let i = 0; i < 3; i++) {
      expect(await b.reserve({ ...request, cost: 1, maxWaitMs: 1_000 })).toEqual({
        granted: false,
        retryAfterMs: about(600_500),
      })
    }
    expect(await b.reserve({ ...request, maxWaitMs: 604_000 })).toMatchObject({
      granted: true,
      waitMs: about(600_500),
    })
  })

  test('the units that wait are bounded', async () => {
    await using both = await two({ queue: 3 })
    const [a] = both.limits
    const request = newRequest()
    const answers: boolean[] = []
    for (let i = 0; i < 7; i++) answers.push((await a.reserve(request)).granted)
    expect(answers).toEqual([true, true, true, true, true, false, false])
    expect(await a.reserve(request)).toEqual({ granted: false, retryAfterMs: about(1_201_000) })
  })

  test('the place of a grant that was given back goes to who asks next, in whichever process', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest()
    const grants: SharedLimitGrant[] = []
    for (let i = 0; i < 6; i++) grants.push(granted(await a.reserve(request)))
    await a.giveBack(grants[2]!)
    await a.giveBack(grants[2]!)
    expect(await b.reserve(request)).toMatchObject({ waitMs: about(600_500) })
    expect(await b.reserve(request)).toMatchObject({ waitMs: about(1_801_500) })
    // One that was to start at once is as free as if it had never been.
    const other = newRequest({ limit: 1 })
    await a.giveBack(granted(await a.reserve(other)))
    expect(await b.reserve(other)).toMatchObject({ waitMs: 0 })
  })

  test('a pause moves those who wait, in every process, and holds for whoever asks', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest()
    const grants: SharedLimitGrant[] = []
    for (let i = 0; i < 3; i++) grants.push(granted(await b.reserve(request)))
    await a.pause(request, 700_000)
    await vi.waitFor(() => expect(b.dueInMs(grants[2]!)).toEqual(about(1_300_500)), patience)
    // Those of before the pause may have been used already: who has not, must not any more.
    expect(b.dueInMs(grants[0]!)).toBe('late')
    expect(await a.reserve(request)).toMatchObject({ waitMs: about(1_300_500) })
    // A pause that ends earlier changes nothing.
    await b.pause(request, 1_000)
    expect(b.dueInMs(grants[2]!)).toEqual(about(1_300_500))
    const fresh = newRequest()
    await a.pause(fresh, 30_000)
    expect(await b.reserve(fresh)).toMatchObject({ waitMs: about(30_000) })
  })

  /** Lets time pass on the server. */
  const pass = (ms: number): Promise<unknown> => server.command('BLPOP', 'nothing', String(ms / 1_000))

  test.each(['window', 'gcra'] as const)(
    '%s: a unit that is late keeps its place, as the clock of the limit is held for it in every process',
    async (form) => {
      await using both = await two({ form })
      const [a, b] = both.limits
      const request = newRequest({ limit: 1 })
      const first = granted(await a.reserve(request))
      const second = granted(await b.reserve(request))
      const startsAt = (): number => Number(b.dueInMs(second)) + performance.now()
      const before = startsAt()
      await pass(600)
      await vi.waitFor(() => expect(a.dueInMs(first)).toBe(0), patience)
      await vi.waitFor(() => expect(startsAt() - before).toBeGreaterThan(500), patience)
      expect(startsAt() - before).toBeLessThan(3_000)
      expect(granted(await a.reserve(request)).waitMs - Number(b.dueInMs(second))).toEqual(about(600_500))
    },
  )

  test('the clock of a limit is not held for a unit that is very late, which has lost its moment', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest({ limit: 1, intervalMs: 1_000 })
    const first = granted(await a.reserve(request))
    const second = granted(await b.reserve(request))
    await pass(500)
    await vi.waitFor(() => expect(a.dueInMs(first)).toBe('late'), patience)
    await vi.waitFor(() => expect(b.dueInMs(second)).toBe(0), patience)
    // Long after it no longer counts, nobody is asked for ever.
    const third = granted(await a.reserve({ ...request, name: `${request.name} long` }))
    await pass(1_500)
    await vi.waitFor(() => expect(a.dueInMs(third)).toBe('late'), patience)
  })

  test('gcra: spreads the starts over the interval', async () => {
    await using both = await two({ form: 'gcra', burst: 2 })
    const [a, b] = both.limits
    const request = newRequest({ limit: 4 })
    const waits: unknown[] = []
    for (const limit of [a, b, a, b, a]) waits.push(granted(await limit.reserve(request)).waitMs)
    expect(waits).toEqual([0, 0, about(200_167), about(400_333), about(600_500)])
    const newest = granted(await a.reserve(request))
    await b.pause(request, 60_000)
    await vi.waitFor(() => expect(a.dueInMs(newest)).toEqual(about(860_667)), patience)
    await a.giveBack(newest)
    expect(await b.reserve(request)).toMatchObject({ waitMs: about(860_667) })
  })

  test('a restart that keeps the data changes nothing, and grants stay good meanwhile', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest()
    const grants: SharedLimitGrant[] = []
    for (let i = 0; i < 3; i++) grants.push(granted(await a.reserve(request)))
    await server.kill()
    await Promise.all(both.links.map((link) => until(link, 'away')))
    await expect(a.reserve(request)).rejects.toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' })
    expect(a.dueInMs(grants[0]!)).toBe(0)
    expect(a.dueInMs(grants[2]!)).toEqual(about(600_500))
    await server.start()
    await Promise.all(both.links.map((link) => until(link, 'ready')))
    expect(await b.reserve(request)).toMatchObject({ waitMs: about(600_500) })
    expect(await b.reserve(request)).toMatchObject({ waitMs: about(1_201_000) })
    await vi.waitFor(() => expect(a.dueInMs(grants[2]!)).toEqual(about(600_500)), patience)
  })

  test('when the data is lost, what was to start is void and one span passes before anything starts', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest()
    const waiting = [await a.reserve(request), await a.reserve(request), await a.reserve(request)].map(
      granted,
    )[2]!
    expect(a.dueInMs(waiting)).toEqual(about(600_500))
    await server.command('FLUSHALL')
    await server.kill()
    await Promise.all(both.links.map((link) => until(link, 'away')))
    await server.start()
    await Promise.all(both.links.map((link) => until(link, 'ready')))
    await vi.waitFor(() => expect(a.dueInMs(waiting)).toBe('late'), patience)
    expect(await b.reserve(request)).toMatchObject({ waitMs: about(600_500) })
    // A limit that nobody has units of begins as a new one does.
    expect(await b.reserve(newRequest())).toMatchObject({ waitMs: 0 })
  })

  test('when one of its keys is evicted, it counts as lost', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest()
    await a.reserve(request)
    const keys = (await server.command('KEYS', `*${encodeURIComponent(request.name)}*starts`)) as string[]
    await server.command('DEL', ...keys)
    expect(await a.reserve(request)).toMatchObject({ waitMs: about(600_500) })
    expect(await b.reserve(request)).toMatchObject({ waitMs: about(600_500) })
  })

  test('units that were asked for when Redis froze go back when it is there again', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest()
    await b.reserve(request)
    server.freeze()
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => a.reserve(request)))
    expect(asked.map((result) => (result.status === 'rejected' ? result.reason.code : 'granted'))).toEqual(
      Array<string>(5).fill('ERR_REDIS_TIMEOUT'),
    )
    server.thaw()
    await until(both.links[0], 'ready')
    await vi.waitFor(async () => {
      const answer = granted(await b.reserve(request))
      await b.giveBack(answer)
      expect(answer.waitMs).toBe(0)
    }, patience)
  })

  test('a grant that is given back while Redis is away goes back later', async () => {
    await using both = await two()
    const [a, b] = both.limits
    const request = newRequest({ limit: 1 })
    const grant = granted(await a.reserve(request))
    await server.kill()
    await until(both.links[0], 'away')
    await a.giveBack(grant)
    await server.start()
    await Promise.all(both.links.map((link) => until(link, 'ready')))
    await vi.waitFor(async () => {
      expect(await b.reserve({ ...request, maxWaitMs: 0 })).toMatchObject({ granted: true })
    }, patience)
  })
})
