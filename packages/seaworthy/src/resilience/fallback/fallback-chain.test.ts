import { expect, test, vi } from 'vitest'
import { fallbackChannel, manualClock, type FallbackMessage } from 'seaworthy/core'
import { causesOf } from './causes-of.ts'
import { constant, derive, recover } from './derived-fallback.ts'
import { fallbackChain } from './fallback-chain.ts'
import type { DatedValue } from './fallback-step.ts'
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
  const asOf = new Date(clock.wallTime())
  await clock.advance(1_000)
  expect(answer).toMatchObject({ value: { max: 20 }, source: 'live', asOf, asOfMs: asOf.getTime(), ageMs: 0 })
  expect('error' in answer).toBe(false)
  expect(JSON.stringify(answer)).toBe(
    `{"value":{"max":20},"source":"live","asOf":"${asOf.toISOString()}","ageMs":0}`,
  )
})

test('fallbackChain: without steps the live error is thrown', async () => {
  const chain = fallbackChain([], { name: 'bare' })
  expect((await chain.run([], async () => 1)).value).toBe(1)
  await expect(chain.run([], fails)).rejects.toBe(down)
  expect(chain.sources).toEqual([])
})

test('fallbackChain: the last good value carries its age and why it is not live', async () => {
  const messages: FallbackMessage[] = []
  using _ = fallbackChannel.subscribe((message) => messages.push(message))
  const { clock, chain } = setUp()
  const asOf = new Date(clock.wallTime())
  await chain.run([place], async () => ({ max: 20 }))
  await clock.advance(60_000)
  const answer = await chain.run([place], fails)
  expect(answer).toMatchObject({ value: { max: 20 }, source: 'last-good', asOf, ageMs: 60_000 })
  expect(answer.error).toBe(down)
  expect(answer.causes).toBeUndefined()
  expect(JSON.stringify(answer)).toBe(
    `{"value":{"max":20},"source":"last-good","asOf":"${asOf.toISOString()}","ageMs":60000,"error":{}}`,
  )
  expect(messages).toEqual([{ name: 'weather', source: 'last-good', ageMs: 60_000, error: down }])
})

test('fallbackChain: asks the steps in order, and one that has nothing is passed over', async () => {
  const { clock, chain } = setUp()
  await chain.run([place], async () => ({ max: 20 }))
  await clock.advance(3_600_001)
  const answer = await chain.run([place], fails)
  expect(answer).toMatchObject({
    value: { max: 47, isNormal: true },
    source: 'climatology',
    asOf: new Date(clock.wallTime()),
    ageMs: 0,
  })
  expect(answer.error).toBe(down)
  expect(chain.sources).toEqual(['last-good', 'climatology', 'none'])
})

test('fallbackChain: a step that throws, at once or later, is passed over and its error kept', async () => {
  const [atOnce, later] = [new Error('no table'), new Error('no disk')]
  const broken = derive('broken', (): number => {
    throw atOnce
  })
  const slow = derive('slow', () => Promise.reject(later))
  const chain = fallbackChain([broken, slow, constant('none', null)], { name: 'weather' })
  const answer = await chain.run([], fails)
  expect(answer).toMatchObject({ value: null, source: 'none' })
  expect(answer.error).toBe(down)
  expect(answer.causes).toEqual([atOnce, later])
  expect(JSON.parse(JSON.stringify(answer))).toMatchObject({ source: 'none', causes: [{}, {}] })
  expect(causesOf(down)).toEqual([])
})

test('fallbackChain: when no step has an answer, the live error is thrown, and tells why each failed', async () => {
  const [atOnce, later] = [new Error('no table'), new Error('no disk')]
  const live = new Error('down')
  const broken = derive('broken', (): number => {
    throw atOnce
  })
  const slow = derive('slow', () => Promise.reject(later))
  const chain = fallbackChain([lastGood(), broken, slow], { name: 'weather' })
  await expect(chain.run([1], () => Promise.reject(live))).rejects.toBe(live)
  expect(causesOf(live)).toEqual([atOnce, later])
  expect(Object.isFrozen(causesOf(live))).toBe(true)
  await expect(chain.run([1], () => Promise.reject('text'))).rejects.toBe('text')
  await expect(chain.run([1], () => Promise.reject(null))).rejects.toBe(null)
  expect([causesOf('text'), causesOf(undefined), causesOf(new Error('other'))]).toEqual([[], [], []])
})

test('fallbackChain: an answer of undefined or null is an answer', async () => {
  const nothing = derive('nothing', () => undefined)
  const empty = derive('empty', async () => null)
  const chain = fallbackChain([nothing, constant('late', 1)], { name: 'weather' })
  expect(await chain.run([], fails)).toMatchObject({ value: undefined, source: 'nothing' })
  expect(await chain.run([], async () => undefined)).toMatchObject({ value: undefined, source: 'live' })
  expect(await fallbackChain([empty], { name: 'weather' }).run([], fails)).toMatchObject({
    value: null,
    source: 'empty',
  })
})

test('fallbackChain: an answer is waited for only if it is a promise', async () => {
  const made = (value: unknown) =>
    fallbackChain([derive('made', () => value)], { name: 'weather' }).run([], fails)
  expect((await made(null)).value).toBeNull()
  const odd = Object.create(null) as { then?: unknown }
  Reflect.set(odd, 'then', 'later')
  expect((await made(odd)).value).toBe(odd)
})

test('fallbackChain: steps that take time are asked one after the other, and one may have nothing', async () => {
  const order: string[] = []
  const slow = <const Source extends string>(
    source: Source,
    found: () => Promise<DatedValue<number> | undefined>,
  ) => ({
    source,
    start: () => ({
      find: () => {
        order.push(source)
        return found()
      },
    }),
  })
  const chain = fallbackChain(
    [
      slow('empty', async () => undefined),
      slow('broken', () => Promise.reject(new Error('no disk'))),
      slow('found', async () => ({ value: 7, asOf: new Date(0), ageMs: 5 })),
      slow('late', async () => ({ value: 8, asOf: new Date(0), ageMs: 0 })),
    ],
    { name: 'weather' },
  )
  const answer = await chain.run([], fails)
  expect(answer).toMatchObject({
    value: 7,
    source: 'found',
    asOfMs: 0,
    ageMs: 5,
    causes: [new Error('no disk')],
  })
  expect(order).toEqual(['empty', 'broken', 'found'])
})

test('fallbackChain: the last good value may be undefined', async () => {
  const chain = fallbackChain([lastGood(), constant('none', null)], { name: 'weather' })
  await chain.run([], async () => undefined)
  expect(await chain.run([], async () => Promise.reject(down))).toMatchObject({
    value: undefined,
    source: 'last-good',
  })
})

test('fallbackChain: a value that is waited for need not be a Promise of the platform', async () => {
  const thenable = Object.create(null) as PromiseLike<number>
  Reflect.set(thenable, 'then', (resolve: (value: number) => void) => resolve(7))
  const derived = derive('derived', () => thenable)
  expect(await fallbackChain([derived], { name: 'weather' }).run([], fails)).toMatchObject({ value: 7 })
})

test('fallbackChain: recover is told the arguments and what went wrong', async () => {
  const told = recover(
    'told',
    ({ args, error, signal }: { args: readonly [Place]; error: unknown; signal: AbortSignal }) => ({
      args,
      error,
      isAborted: signal.aborted,
    }),
  )
  const chain = fallbackChain([told], { name: 'weather' })
  expect((await chain.run([place], fails)).value).toEqual({ args: [place], error: down, isAborted: false })
})

test('fallbackChain: which errors are answered can be said', async () => {
  const chain = fallbackChain([constant('none', null)], {
    name: 'weather',
    when: (error) => error === down,
  })
  expect((await chain.run([], fails)).source).toBe('none')
  const other = new Error('other')
  await expect(chain.run([], () => Promise.reject(other))).rejects.toBe(other)
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

test('fallbackChain: a caller who leaves while a step computes is not kept waiting, and the step is told', async () => {
  const left = new Error('left')
  const signals: AbortSignal[] = []
  const slow = recover('slow', (call) => {
    signals.push(call.signal)
    expect(call.signal).toBe(signals[0])
    return new Promise<number>(() => {})
  })
  const next = vi.fn(() => 1)
  const chain = fallbackChain([slow, derive('next', next)], { name: 'weather' })
  const controller = new AbortController()
  const outcome = expect(chain.run([], fails, { signal: controller.signal })).rejects.toBe(left)
  setImmediate(() => controller.abort(left))
  await outcome
  expect(signals[0]?.reason).toBe(left)
  expect(next).not.toHaveBeenCalled()
})

test('fallbackChain: a step that takes too long is aborted, and the next one answers', async () => {
  const messages: FallbackMessage[] = []
  using _ = fallbackChannel.subscribe((message) => messages.push(message))
  const clock = manualClock()
  const signals: AbortSignal[] = []
  const gate = Promise.withResolvers<number>()
  const slow = recover(
    'slow',
    ({ signal }) => {
      signals.push(signal)
      return gate.promise
    },
    { timeout: '2s' },
  )
  const chain = fallbackChain([slow, constant('none', null)], { name: 'weather', runtime: { clock } })
  const result = chain.run([], fails)
  await clock.advance(1_999)
  expect(signals[0]?.aborted).toBe(false)
  await clock.advance(1)
  const answer = await result
  expect(answer).toMatchObject({ value: null, source: 'none' })
  expect(answer.causes).toEqual([signals[0]?.reason])
  expect(answer.causes?.[0]).toMatchObject({
    code: 'ERR_TIMEOUT',
    message: 'Cannot answer "weather" from "slow": must end within 2s, was still running',
    details: { name: 'weather', source: 'slow', limitMs: 2_000 },
  })
  gate.resolve(7)
  await clock.settle()
  expect(clock.pending).toBe(0)
  expect(messages.map(({ source }) => source)).toEqual(['none'])
})

test('fallbackChain: a step in time leaves no timer behind, and its signal alone', async () => {
  const clock = manualClock()
  const signals: AbortSignal[] = []
  const quick = recover('quick', async ({ signal }) => signals.push(signal), { timeout: '2s' })
  const chain = fallbackChain([quick], { name: 'weather', runtime: { clock } })
  expect((await chain.run([], fails)).source).toBe('quick')
  expect(clock.pending).toBe(0)
  await clock.advance(5_000)
  expect(signals[0]?.aborted).toBe(false)
})

test('fallbackChain: a signal that a step looks at late tells that its time was over', async () => {
  const clock = manualClock()
  let late: (() => AbortSignal) | undefined
  const slow = recover(
    'slow',
    (call) => {
      late = () => call.signal
      return new Promise<never>(() => {})
    },
    { timeout: 10 },
  )
  const chain = fallbackChain([slow, constant('none', null)], { name: 'weather', runtime: { clock } })
  const result = chain.run([], fails)
  await clock.advance(10)
  await result
  expect(late?.().reason).toMatchObject({ code: 'ERR_TIMEOUT' })
})

test('fallbackChain: nothing listens to the signal of the caller after the answer', async () => {
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  const chain = fallbackChain([derive('slow', async () => 1)], { name: 'weather' })
  await chain.run([], fails, { signal })
  expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1])
})

test('fallbackChain: two chains made from one step do not share what they remember', async () => {
  const step = lastGood()
  const first = fallbackChain([step], { name: 'first' })
  const second = fallbackChain([step], { name: 'second' })
  await first.run([1], async () => 'of the first')
  await expect(second.run([1], fails)).rejects.toBe(down)
})

test('fallbackChain: a step that cannot remember changes nothing', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const forgetful = lastGood({
    key: () => {
      throw new Error('no key')
    },
  })
  const chain = fallbackChain([forgetful, constant('none', null)], { name: 'weather' })
  expect(await chain.run([], async () => 1)).toMatchObject({ value: 1, source: 'live' })
  expect(warned).toHaveBeenCalledOnce()
  const answer = await chain.run([], fails)
  expect([answer.source, answer.causes]).toEqual(['none', [new Error('no key')]])
  warned.mockRestore()
})

test('derive: refuses wrong options', () => {
  expect(() => derive('slow', () => 1, { timeout: 0 })).toThrow(
    'Cannot configure fallback step "slow": "timeout" must be a duration from 1ms to 1h',
  )
})
