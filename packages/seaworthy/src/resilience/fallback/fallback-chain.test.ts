import { expect, test, vi } from 'vitest'
import { fallbackChannel, manualClock, type FallbackMessage } from 'seaworthy/core'
import { constant, derive } from './derived-fallback.ts'
import { fallbackChain } from './fallback-chain.ts'
import { lastGood } from './last-good.ts'

interface Place {
  readonly lat: number
}
interface Weather {
  readonly max: number
}

const place: Place = { lat: 47 }
const down = new Error('down')
const fails = (): Promise<Weather> => Promise.reject(down)

function setUp() {
  const clock = manualClock()
  const chain = fallbackChain(
    [
      lastGood({ maxAge: '1h' }),
      derive('climatology', async (at: Place) => ({ max: at.lat, isNormal: true })),
      constant('none', null),
    ],
    { name: 'weather', runtime: { clock } },
  )
  return { clock, chain }
}

test('fallbackChain: a live answer says so', async () => {
  const { clock, chain } = setUp()
  await clock.advance(5)
  const answer = await chain.run([place], async () => ({ max: 20 }))
  expect(answer).toEqual({ value: { max: 20 }, source: 'live', asOf: new Date(clock.wallTime()) })
  expect(Object.isFrozen(answer)).toBe(true)
})

test('fallbackChain: without steps the live error is thrown', async () => {
  const chain = fallbackChain([], { name: 'bare' })
  expect((await chain.run([], async () => 1)).value).toBe(1)
  await expect(chain.run([], fails)).rejects.toBe(down)
})

test('fallbackChain: the last good value carries its age and why it is not live', async () => {
  const messages: FallbackMessage[] = []
  using _ = fallbackChannel.subscribe((message) => messages.push(message))
  const { clock, chain } = setUp()
  const asOf = new Date(clock.wallTime())
  await chain.run([place], async () => ({ max: 20 }))
  await clock.advance(60_000)
  const answer = await chain.run([place], fails)
  expect(answer).toEqual({ value: { max: 20 }, source: 'last-good', asOf, error: down })
  expect(messages).toEqual([{ name: 'weather', source: 'last-good', ageMs: 60_000, error: down }])
})

test('fallbackChain: asks the steps in order, and one that fails or has nothing is passed over', async () => {
  const { clock, chain } = setUp()
  await chain.run([place], async () => ({ max: 20 }))
  await clock.advance(3_600_001)
  const now = new Date(clock.wallTime())
  expect(await chain.run([place], fails)).toEqual({
    value: { max: 47, isNormal: true },
    source: 'climatology',
    asOf: now,
    error: down,
  })

  const broken = derive('broken', (): number => {
    throw new Error('no table')
  })
  const rest = fallbackChain([broken, constant('none', null)], { name: 'weather', runtime: { clock } })
  expect(await rest.run([], fails)).toEqual({ value: null, source: 'none', asOf: now, error: down })
  expect(rest.sources).toEqual(['broken', 'none'])
})

test('fallbackChain: when every step fails, the live error is thrown', async () => {
  const broken = derive('broken', () => Promise.reject(new Error('no table')))
  const chain = fallbackChain([lastGood(), broken], { name: 'weather' })
  await expect(chain.run([1], fails)).rejects.toBe(down)
})

test("fallbackChain: the caller's abort is never answered by a fallback", async () => {
  const compute = vi.fn(() => 1)
  const chain = fallbackChain([derive('never', compute)], { name: 'weather' })
  const signal = AbortSignal.abort(new Error('left'))
  await expect(chain.run([place], () => Promise.reject(signal.reason), { signal })).rejects.toThrow('left')
  const abortError = new DOMException('aborted', 'AbortError')
  await expect(chain.run([place], () => Promise.reject(abortError))).rejects.toBe(abortError)
  expect(compute).not.toHaveBeenCalled()
})

test("fallbackChain: an abort that is not the caller's is a failure like any other", async () => {
  const { chain } = setUp()
  const { signal } = new AbortController()
  const abortError = new DOMException('socket closed', 'AbortError')
  const answer = await chain.run([place], () => Promise.reject(abortError), { signal })
  expect(answer.source).toBe('climatology')
})

test('fallbackChain: a caller who leaves while a step computes is not kept waiting', async () => {
  const chain = fallbackChain([derive('slow', () => new Promise<number>(() => {}))], { name: 'weather' })
  const controller = new AbortController()
  const outcome = expect(chain.run([], fails, { signal: controller.signal })).rejects.toThrow('left')
  setImmediate(() => controller.abort(new Error('left')))
  await outcome
})

test('fallbackChain: two chains made from one step do not share what they remember', async () => {
  const step = lastGood()
  const first = fallbackChain([step], { name: 'first' })
  const second = fallbackChain([step], { name: 'second' })
  await first.run([1], async () => 'of the first')
  await expect(second.run([1], fails)).rejects.toBe(down)
})
