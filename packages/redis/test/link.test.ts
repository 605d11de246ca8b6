import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { defineScript } from '../src/index.ts'
import { BlackHole } from './black-hole.ts'
import { linksOfBoth, patience, until } from './links.ts'
import { RedisServer } from './redis-server.ts'

vi.setConfig({ testTimeout: 30_000 })

const add = defineScript('add', `return { tonumber(ARGV[1]) + tonumber(ARGV[2]), KEYS[1] }`)
const write = defineScript('write', `return redis.call('INCR', KEYS[1])`)
const tell = defineScript('tell', `return redis.call('PUBLISH', ARGV[1], ARGV[2])`)

let server: RedisServer

beforeAll(async () => {
  server = await RedisServer.start({ keepsState: true, extra: ['--tcp-backlog', '1'] })
})

afterAll(() => server[Symbol.asyncDispose]())

describe.each(linksOfBoth)('link over %s', (_name, createLink) => {
  test('runs a script, and hands its source over when the server has forgotten it', async () => {
    await using link = createLink({ url: server.url })
    await link.ready()
    expect(await link.run(add, ['k'], [2, 3])).toEqual([5, 'k'])
    await server.command('SCRIPT', 'FLUSH')
    expect(await link.run(add, ['k'], [3, 4])).toEqual([7, 'k'])
    await server.kill()
    await until(link, 'away')
    await server.start()
    await until(link, 'ready')
    expect(await link.run(add, ['k'], [4, 5])).toEqual([9, 'k'])
  })

  test('is refused at once while Redis is not there, with the time of the next attempt', async () => {
    await using link = createLink({ url: 'redis://127.0.0.1:1', reconnectMin: '1h', reconnectMax: '1h' })
    await expect(link.run(add, [], [])).rejects.toMatchObject({
      code: 'ERR_REDIS_UNAVAILABLE',
      retryAfterMs: 1,
    })
    await until(link, 'away')
    await expect(link.run(add, [], [])).rejects.toMatchObject({
      code: 'ERR_REDIS_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
      retryAfterMs: expect.toSatisfy((ms: number) => ms > 1_790_000 && ms <= 3_600_000),
    })
  })

  test('a frozen Redis costs one limit of time, then nothing, and is used again when it is back', async () => {
    await using link = createLink({ url: server.url, commandTimeout: '200ms', connectTimeout: '100ms' })
    await link.ready()
    server.freeze()
    try {
      const startedAt = performance.now()
      const results = await Promise.allSettled(Array.from({ length: 50 }, () => link.run(add, [], [1, 2])))
      const tookMs = performance.now() - startedAt
      expect(results.every(({ status }) => status === 'rejected')).toBe(true)
      expect(results[0]).toMatchObject({ reason: { code: 'ERR_REDIS_TIMEOUT' } })
      expect(tookMs).toBeGreaterThan(199)
      expect(tookMs).toBeLessThan(1_000)
      const againAt = performance.now()
      for (let i = 0; i < 1_000; i++) await expect(link.run(add, [], [])).rejects.toThrow('Cannot use redis')
      expect(performance.now() - againAt).toBeLessThan(1_000)
      // It goes on knocking, and each knock is limited, too.
      await vi.waitFor(
        () => expect(link.state).toMatchObject({ attempt: expect.toSatisfy((n: number) => n >= 3) }),
        patience,
      )
      expect(link.state.kind).not.toBe('ready')
    } finally {
      server.thaw()
    }
    await until(link, 'ready')
    expect(await link.run(add, ['k'], [1, 2])).toEqual([3, 'k'])
  })

  test('a partition is noticed, and healed by a new connection', async () => {
    await using hole = await BlackHole.to(server.port)
    await using link = createLink({ url: hole.url, commandTimeout: '100ms', connectTimeout: '100ms' })
    await link.ready()
    hole.cut()
    await expect(link.run(add, [], [1, 2])).rejects.toMatchObject({ code: 'ERR_REDIS_TIMEOUT' })
    await expect(link.run(add, [], [1, 2])).rejects.toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' })
    hole.mend()
    await until(link, 'ready')
    expect(await link.run(add, ['k'], [1, 2])).toEqual([3, 'k'])
  })

  test('subscriptions outlast a connection', async () => {
    await using link = createLink({ url: server.url })
    const heard: string[] = []
    link.subscribe('news', (message) => heard.push(message))
    const stop = link.subscribe('news', () => heard.push('stopped'))
    link.subscribe('news', () => {
      throw new Error('a fault of the listener')
    })
    vi.spyOn(process, 'emitWarning').mockReturnValue()
    await link.ready()
    stop()
    await link.run(tell, [], ['news', 'one'])
    await vi.waitFor(() => expect(heard).toEqual(['one']), patience)
    const lateHeard: string[] = []
    link.subscribe('late', (message) => lateHeard.push(message))
    await vi.waitFor(async () => expect(await link.run(tell, [], ['late', 'x'])).toBe(1), patience)
    await server.kill()
    await until(link, 'away')
    await server.start()
    await until(link, 'ready')
    await link.run(tell, [], ['news', 'two'])
    await link.run(tell, [], ['late', 'y'])
    await vi.waitFor(() => expect(heard).toEqual(['one', 'two']), patience)
    await vi.waitFor(() => expect(lateHeard).toEqual(['x', 'y']), patience)
    vi.restoreAllMocks()
  })

  test('an event loop that was held up is no failure of Redis', async () => {
    await using link = createLink({ url: server.url, commandTimeout: '100ms' })
    await link.ready()
    for (let round = 0; round < 5; round++) {
      const answer = link.run(add, ['k'], [round, 1])
      holdUp(220)
      expect(await answer).toEqual([round + 1, 'k'])
    }
    expect(link.state.kind).toBe('ready')
  })

  test('an answer that says no is an error and no failure of Redis', async () => {
    await using link = createLink({ url: server.url })
    await link.ready()
    await server.command('SET', 'word', 'x')
    await expect(link.run(write, ['word'], [])).rejects.toMatchObject({
      code: 'ERR_REDIS_REFUSED',
      message: expect.stringContaining('not an integer'),
    })
    expect(link.state.kind).toBe('ready')
  })

  test('a server that may not write is left alone until it may', async () => {
    await using link = createLink({ url: server.url })
    await link.ready()
    await server.command('REPLICAOF', '127.0.0.1', '1')
    try {
      await expect(link.run(write, ['n'], [])).rejects.toMatchObject({
        code: 'ERR_REDIS_UNAVAILABLE',
        message: expect.stringContaining('READONLY'),
      })
      expect(link.state.kind).toBe('away')
    } finally {
      await server.command('REPLICAOF', 'NO', 'ONE')
    }
    await until(link, 'ready')
    expect(await link.run(write, ['n'], [])).toEqual(expect.any(Number))
  })

  test('a wrong password shows in the error, the password does not', async () => {
    const url = server.url.replace('//', '//user:hush@')
    await using link = createLink({ url })
    await until(link, 'away')
    const error: unknown = await link.run(add, [], []).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ message: expect.stringMatching(/WRONGPASS|invalid username/) })
    expect(JSON.stringify(error)).not.toContain('hush')
  })

  test('more than its number under way fails at once', async () => {
    await using link = createLink({ url: server.url, inFlightMax: 3 })
    await link.ready()
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => link.run(add, [], [1, 2])))
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    expect(results[4]).toMatchObject({ reason: { code: 'ERR_REDIS_OVERLOADED', retryAfterMs: 250 } })
  })

  test('close waits for what is under way, and then nothing works or connects', async () => {
    const link = createLink({ url: server.url })
    const states: string[] = []
    await link.ready()
    link.onChange(({ kind }) => states.push(kind))
    const answer = link.run(add, ['k'], [1, 2])
    const closed = link.close()
    await expect(link.run(add, [], [1, 2])).rejects.toMatchObject({ code: 'ERR_REDIS_CLOSED' })
    await closed
    expect(await answer).toEqual([3, 'k'])
    expect(states).toEqual(['closed'])
    await expect(link.ready()).rejects.toMatchObject({ code: 'ERR_REDIS_CLOSED' })
    await link.close()
  })
})

/** Keeps the event loop from turning. */
function holdUp(ms: number): void {
  const untilMs = performance.now() + ms
  while (performance.now() < untilMs);
}

describe.each(['node-redis', 'ioredis'])('a process that closes its link over %s ends', (client) => {
  const script = fileURLToPath(new URL('fixtures/close-link.ts', import.meta.url))

  test.each(['ready', 'frozen', 'connecting', 'unanswered'])('when it is %s', async (when) => {
    const child = spawn(process.execPath, [script, client, server.url, when], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    try {
      const [first] = (await once(child.stdout, 'data')) as [Buffer]
      expect(String(first).trim()).toBe('up')
      if (when !== 'ready') server.freeze()
      const startedAt = performance.now()
      child.stdin.end('go\n')
      const [exitCode] = (await once(child, 'exit')) as [number]
      expect(exitCode).toBe(0)
      expect(performance.now() - startedAt).toBeLessThan(1_500)
    } finally {
      server.thaw()
      child.kill('SIGKILL')
    }
  })
})
