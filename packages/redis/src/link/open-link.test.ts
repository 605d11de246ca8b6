import { manualClock, seededRandom } from 'seaworthy/core'
import { expect, test, vi } from 'vitest'
import { linkDefaults } from './link-options.ts'
import { openLink } from './open-link.ts'
import { defineScript } from './script.ts'
import type { RedisWire, WireRequest } from './wire.ts'

const script = defineScript('script', 'return KEYS[1]')

/** A link whose wires do what the test says. */
function setUp(options: { readonly inFlightMax?: number } = {}) {
  const clock = manualClock()
  const wires: (WireRequest & { wire: RedisWire; answers: PromiseWithResolvers<unknown>[] })[] = []
  let isOpening = true
  const link = openLink(
    {
      ...linkDefaults,
      ...options,
      commandTimeout: 250,
      connectTimeout: 2_000,
      reconnectMin: 100,
      reconnectMax: 5_000,
      runtime: { clock, random: seededRandom('link') },
    },
    async (request) => {
      const answers: PromiseWithResolvers<unknown>[] = []
      const answer = (): Promise<unknown> => {
        const next = Promise.withResolvers<unknown>()
        answers.push(next)
        return next.promise
      }
      const wire = {
        evalSha: vi.fn(answer),
        eval: vi.fn((source: string) => (source === 'return 1' ? Promise.resolve(1) : answer())),
        subscribe: vi.fn(() => Promise.resolve()),
      }
      wires.push({ ...request, wire, answers })
      if (!isOpening) await new Promise(() => undefined)
      return wire
    },
  )
  return { clock, link, wires, hang: () => void (isOpening = false), open: () => void (isOpening = true) }
}

test('link: a command that is not answered costs its time and the connection, all others with it', async () => {
  const { clock, link, wires } = setUp()
  await link.ready()
  const first = link.run(script, ['k'], [1])
  await clock.advance(200)
  const second = link.run(script, ['k'], [2])
  const [firstSeen, secondSeen] = [first.catch((e: unknown) => e), second.catch((e: unknown) => e)]
  await clock.advance(54)
  expect(link.state.kind).toBe('ready')
  await clock.advance(1)
  expect(link.state.kind).toBe('away')
  expect(await firstSeen).toMatchObject({ code: 'ERR_REDIS_TIMEOUT', details: { commandTimeoutMs: 250 } })
  expect(await secondSeen).toMatchObject({ code: 'ERR_REDIS_TIMEOUT' })
  expect(wires[0]!.signal.aborted).toBe(true)
  await clock.advance(100)
  expect(link.state).toMatchObject({ kind: 'ready', attempt: 2 })
  expect(wires).toHaveLength(2)
  await link.close()
  expect(clock.pending).toBe(0)
})

test('link: an answer in time sets the time of the next oldest, with one timer for all', async () => {
  const { clock, link, wires } = setUp()
  await link.ready()
  const runs = [0, 1, 2].map(() => link.run(script, [], []))
  expect(clock.pending).toBe(1)
  await clock.advance(100)
  const late = link.run(script, [], [])
  const lateSeen = late.catch((e: unknown) => e)
  for (const { resolve } of wires[0]!.answers.slice(0, 3)) resolve('ok')
  expect(await Promise.all(runs)).toEqual(['ok', 'ok', 'ok'])
  await clock.advance(250)
  expect(link.state.kind).toBe('ready')
  await clock.advance(15)
  expect(await lateSeen).toMatchObject({ code: 'ERR_REDIS_TIMEOUT' })
  await link.close()
})

test('link: an answer that comes with the second look is in time', async () => {
  const { clock, link, wires } = setUp()
  await link.ready()
  const run = link.run(script, [], [])
  await clock.advance(252)
  wires[0]!.answers[0]!.resolve('ok')
  expect(await run).toBe('ok')
  await clock.advance(1_000)
  expect(link.state.kind).toBe('ready')
  await link.close()
})

test('link: hands the source over once the server says that it does not know it', async () => {
  const { link, wires } = setUp()
  await link.ready()
  const run = link.run(script, ['k'], [1, 'a'])
  const { wire, answers } = wires[0]!
  answers[0]!.reject(new Error('NOSCRIPT No matching script. Please use EVAL.'))
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]!.resolve('ok')
  expect(await run).toBe('ok')
  expect(wire.evalSha).toHaveBeenCalledWith(script.sha1, ['k'], ['1', 'a'])
  expect(wire.eval).toHaveBeenLastCalledWith(script.source, ['k'], ['1', 'a'])
  await link.close()
})

test('link: what is lost with its connection may have run, what was never sent has not', async () => {
  const { clock, link, wires, hang } = setUp()
  await link.ready()
  const run = link.run(script, [], []).catch((e: unknown) => e)
  wires[0]!.onLost(new Error('gone'))
  expect(await run).toMatchObject({ code: 'ERR_REDIS_LOST', message: expect.stringContaining('gone') })
  await expect(link.run(script, [], [])).rejects.toMatchObject({
    code: 'ERR_REDIS_UNAVAILABLE',
    retryAfterMs: expect.toSatisfy((ms: number) => ms >= 50 && ms <= 100),
  })
  wires[0]!.onLost(new Error('again'))
  expect(link.state).toMatchObject({ kind: 'away', attempt: 1 })
  hang()
  await clock.advance(100)
  expect(link.state.kind).toBe('connecting')
  await clock.advance(1_899)
  expect(link.state.kind).toBe('connecting')
  await clock.advance(101)
  expect(link.state).toMatchObject({
    kind: 'away',
    attempt: 2,
    cause: { message: 'no connection within 2000 ms' },
  })
  expect(wires[1]!.signal.aborted).toBe(true)
  await link.close()
})

test('link: a connection that is lost before it is made counts as failed', async () => {
  const { clock, link, wires, hang } = setUp()
  hang()
  await link.ready().catch(() => undefined)
  wires[0]!.onLost(new Error('gone'))
  await clock.advance(60)
  hang()
  await clock.advance(100)
  wires[1]!.onLost(new Error('gone before'))
  await clock.settle()
  expect(link.state).toMatchObject({ kind: 'away', attempt: 2, cause: { message: 'gone before' } })
  await link.close()
})

test('link: ready waits for the connection, the abort of the waiting or the close', async () => {
  const { link, hang } = setUp()
  hang()
  await link.ready()
  await link.ready()
  const other = setUp()
  other.hang()
  await other.link.ready()
  await other.link.close()
  const abort = new AbortController()
  const third = setUp()
  third.wires[0]!.onLost(new Error('gone'))
  await third.clock.settle()
  const waiting = third.link.ready(abort.signal)
  abort.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  const closing = third.link.ready()
  await third.link.close()
  await expect(closing).rejects.toMatchObject({ code: 'ERR_REDIS_CLOSED' })
  await link.close()
})

test('link: close waits for an answer under way no longer than that may take', async () => {
  const { clock, link } = setUp()
  await link.ready()
  const run = link.run(script, [], []).catch((e: unknown) => e)
  const closed = vi.fn()
  const closing = link.close().then(closed)
  await clock.advance(254)
  expect(closed).not.toHaveBeenCalled()
  await clock.advance(1)
  await closing
  expect(await run).toMatchObject({ code: 'ERR_REDIS_TIMEOUT' })
  expect(link.state.kind).toBe('closed')
  expect(clock.pending).toBe(0)
})

test('link: a listener that throws changes nothing', async () => {
  vi.spyOn(process, 'emitWarning').mockReturnValue()
  const { clock, link, wires } = setUp()
  const heard: string[] = []
  link.onChange(() => {
    throw new Error('a fault of the listener')
  })
  const stop = link.onChange(({ kind }) => heard.push(kind))
  await link.ready()
  wires[0]!.onLost(new Error('gone'))
  stop()
  await clock.advance(100)
  expect(heard).toEqual(['ready', 'away'])
  expect(link.state.kind).toBe('ready')
  await link.close()
  vi.restoreAllMocks()
})
