import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test, vi } from 'vitest'
import { fallbackChannel, manualClock, seededRandom, type FallbackMessage } from 'seaworthy/core'
import type { Answer } from './answer.ts'
import { causesOf } from './causes-of.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { constant, derive, recover } from './derived-fallback.ts'
import { fallbackChain } from './fallback-chain.ts'
import { FallbackLadder } from './fallback-ladder.ts'
import { fallback } from './fallback.ts'
import { lastGood } from './last-good.ts'
import { pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'

const down = new Error('down')
const fails = (): Promise<never> => Promise.reject(down)
const never = (): Promise<never> => new Promise(() => {})

/** What a pipeline with a fallback answers with. */
async function answered(result: Promise<unknown>): Promise<Answer<unknown>> {
  return (await result) as Answer<unknown>
}

test('fallback: a copy of an answer says where it is from, like the answer', async () => {
  const line = pipeline([fallback([constant('constant', 7)])])
  for (const source of ['live', 'constant'] as const) {
    const answer = await line.execute(async () => {
      if (source === 'constant') throw new Error('down')
      return 1
    })
    const { asOfMs, ageMs } = answer
    const copies: unknown[] = [{ ...answer }, structuredClone(answer)]
    for (const copy of copies) expect(copy).toMatchObject({ value: answer.value, source, asOfMs, ageMs })
  }
})

test('fallback: what succeeds becomes an answer of the moment', async () => {
  const clock = manualClock()
  const guarded = pipeline([fallback([constant('none', null)], {}, { clock })])
  await clock.advance(7)
  const answer = await answered(guarded.execute(async () => 'live value'))
  expect(answer).toMatchObject({
    value: 'live value',
    source: 'live',
    asOf: new Date(clock.wallTime()),
    ageMs: 0,
  })
})

test('fallback: what fails is answered by the first step that has a value, with its name and the error', async () => {
  const messages: FallbackMessage[] = []
  using _ = fallbackChannel.subscribe((message) => messages.push(message))
  const clock = manualClock()
  const guarded = pipeline([
    fallback([lastGood(), derive('guess', (id: number) => id * 2)], { name: 'weather' }, { clock }),
  ])
  const fresh = await answered(guarded.execute(fails, { args: [21] }))
  expect(fresh).toMatchObject({ value: 42, source: 'guess', ageMs: 0 })
  expect(fresh.error).toBe(down)
  await guarded.execute(async () => 5, { args: [21] })
  await clock.advance(3_000)
  expect(await answered(guarded.execute(fails, { args: [21] }))).toMatchObject({
    value: 5,
    source: 'last-good',
    ageMs: 3_000,
  })
  expect((await answered(guarded.execute(fails, { args: [2] }))).value).toBe(4)
  expect(messages.map(({ name, source, ageMs }) => [name, source, ageMs])).toEqual([
    ['weather', 'guess', 0],
    ['weather', 'last-good', 3_000],
    ['weather', 'guess', 0],
  ])
})

test('fallback: without arguments the steps get none', async () => {
  const guarded = pipeline([fallback([lastGood(), derive('count', (...args) => args.length)])])
  expect((await answered(guarded.execute(fails))).value).toBe(0)
  await guarded.execute(async () => 'live')
  expect(await answered(guarded.execute(fails))).toMatchObject({ value: 'live', source: 'last-good' })
})

test('fallback: a step that answers at once costs no turn of the loop, and the outcome form has the answer', async () => {
  const messages: FallbackMessage[] = []
  using _ = fallbackChannel.subscribe((message) => messages.push(message))
  const guarded = pipeline([fallback([constant('none', null)])])
  const outcome = guarded.outcome(() => {
    throw down
  })
  expect(messages.length).toBe(1)
  expect(await outcome).toMatchObject({ ok: true, value: { value: null, source: 'none' } })
})

test('fallback: a step that ends the call itself ends it, after another that took time', async () => {
  const left = new Error('left')
  const setUp = () => {
    const controller = new AbortController()
    const leaving = derive('leaving', () => {
      controller.abort(left)
      throw new Error('no more')
    })
    return { steps: [derive('slow', () => Promise.reject(down)), leaving], signal: controller.signal }
  }
  const { steps, signal } = setUp()
  await expect(pipeline([fallback(steps)]).execute(fails, { signal })).rejects.toBe(left)
  const other = setUp()
  const chain = fallbackChain(other.steps, { name: 'weather' })
  await expect(chain.run([], fails, { signal: other.signal })).rejects.toBe(left)
})

test('fallback: a step that takes time is waited for', async () => {
  const guarded = pipeline([fallback([derive('slow', async () => 'late')]), timeout({ limit: '1s' })])
  expect(await answered(guarded.execute(fails))).toMatchObject({ value: 'late', source: 'slow' })
})

test('fallback: when no step has a value the call fails as it did, and tells why each failed', async () => {
  const [atOnce, later] = [new Error('no table'), new Error('no disk')]
  const guarded = pipeline([
    fallback([
      lastGood(),
      derive('broken', () => {
        throw atOnce
      }),
      derive('slow', () => Promise.reject(later)),
    ]),
  ])
  const live = new Error('down')
  await expect(guarded.execute(() => Promise.reject(live))).rejects.toBe(live)
  expect(causesOf(live)).toEqual([atOnce, later])
  await expect(pipeline([fallback([])]).execute(fails)).rejects.toBe(down)
})

test('fallback: answers the refusals and timeouts of the policies inside it', async () => {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'weather' }, { clock })
  const guarded = pipeline([
    fallback([constant('none', null)], {}, { clock }),
    retry({ attempts: 2, baseDelay: 0, maxDelay: 0 }, { clock, random: seededRandom(1) }),
    breaker,
    timeout({ limit: '1s' }, { clock }),
  ])
  const result = answered(guarded.execute(never))
  await clock.advance(1_000)
  await clock.advance(1_000)
  expect((await result).error).toMatchObject({ code: 'ERR_TIMEOUT' })
  breaker.forceOpen()
  const work = vi.fn(async () => 1)
  expect((await answered(guarded.execute(work))).error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  expect(work).not.toHaveBeenCalled()
})

test('fallback: which errors are answered can be said; what that throws is thrown', async () => {
  const chosen = pipeline([fallback([constant('none', null)], { when: (error) => error === down })])
  expect((await answered(chosen.execute(fails))).source).toBe('none')
  const other = new Error('other')
  await expect(chosen.execute(() => Promise.reject(other))).rejects.toBe(other)
  const broken = pipeline([
    fallback([constant('none', null)], {
      when: () => {
        throw other
      },
    }),
  ])
  await expect(broken.execute(fails)).rejects.toBe(other)
})

test("fallback: the caller's abort is never answered", async () => {
  const left = new Error('left')
  const compute = vi.fn(() => 1)
  const guarded = pipeline([fallback([derive('never', compute)])])
  const controller = new AbortController()
  const outcome = expect(guarded.execute(never, { signal: controller.signal })).rejects.toBe(left)
  controller.abort(left)
  await outcome
  const late = new AbortController()
  const work = (): Promise<never> => {
    late.abort(left)
    return Promise.reject(down)
  }
  await expect(guarded.execute(work, { signal: late.signal })).rejects.toBe(left)
  const abortError = new DOMException('aborted', 'AbortError')
  await expect(guarded.execute(() => Promise.reject(abortError))).rejects.toBe(abortError)
  expect(compute).not.toHaveBeenCalled()
})

test("fallback: the caller's abort cuts a step that hangs, and tells it", async () => {
  const left = new Error('left')
  const signals: AbortSignal[] = []
  const hanging = recover('hanging', ({ signal }) => {
    signals.push(signal)
    return never()
  })
  const guarded = pipeline([fallback([hanging, constant('none', null)])])
  const controller = new AbortController()
  const outcome = expect(guarded.execute(fails, { signal: controller.signal })).rejects.toBe(left)
  setImmediate(() => controller.abort(left))
  await outcome
  expect(signals[0]?.reason).toBe(left)
})

test('fallback: a timeout around it cuts a step that hangs; what it answers later goes nowhere', async () => {
  const messages: FallbackMessage[] = []
  using _ = fallbackChannel.subscribe((message) => messages.push(message))
  const clock = manualClock()
  const gate = Promise.withResolvers<number>()
  const signals: AbortSignal[] = []
  const hanging = recover('hanging', ({ signal }) => {
    signals.push(signal)
    return gate.promise
  })
  const guarded = pipeline([
    timeout({ name: 'total', limit: '1s' }, { clock }),
    fallback([hanging, constant('none', null)], {}, { clock }),
  ])
  const outcome = expect(guarded.execute(fails)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  await clock.advance(1_000)
  await outcome
  expect(signals[0]?.reason).toMatchObject({ details: { name: 'total' } })
  gate.resolve(1)
  await clock.settle()
  expect(clock.pending).toBe(0)
  expect(messages).toEqual([])
})

test('fallback: a step with a time of its own is passed over when that is over', async () => {
  const clock = manualClock()
  const slow = derive('slow', never, { timeout: '2s' })
  const guarded = pipeline([fallback([slow, constant('none', null)], {}, { clock })])
  const result = answered(guarded.execute(fails))
  await clock.advance(2_000)
  expect(await result).toMatchObject({ source: 'none', causes: [{ code: 'ERR_TIMEOUT' }] })
  expect(clock.pending).toBe(0)
})

test('fallback: the steps run in the async context of the call, also after a timer', async () => {
  const clock = manualClock()
  const tenant = new AsyncLocalStorage<string>()
  const seen: (string | undefined)[] = []
  const note = (name: string) =>
    derive(name, () => {
      seen.push(tenant.getStore())
      throw new Error('next')
    })
  const guarded = pipeline([
    fallback(
      [note('first'), derive('slow', never, { timeout: 5 }), note('second'), constant('none', null)],
      {},
      { clock },
    ),
    timeout({ limit: 10 }, { clock }),
  ])
  const result = tenant.run('a', () => guarded.execute(never))
  await clock.advance(10)
  await clock.advance(5)
  await result
  expect(seen).toEqual(['a', 'a'])
})

test("fallback: asks for the async context of the call only where somebody else's code runs", () => {
  const goesOn = (policy: Policy): boolean => policy instanceof StagedPolicy && policy.stage().goesOn
  expect(goesOn(fallback([]))).toBe(false)
  expect(goesOn(fallback([constant('none', null), lastGood()]))).toBe(false)
  expect(goesOn(fallback([constant('none', null), derive('guess', () => 1)]))).toBe(true)
  expect(goesOn(fallback([lastGood({ key: String })]))).toBe(true)
  expect(goesOn(fallback([constant('none', null)], { when: () => true }))).toBe(true)
})

test('FallbackLadder: says whether a step wants to be shown live values', () => {
  const remembers = (...steps: ConstructorParameters<typeof FallbackLadder>[0]): boolean =>
    new FallbackLadder(steps, 'weather').remembers
  expect(remembers(constant('none', null))).toBe(false)
  expect(remembers(constant('none', null), lastGood())).toBe(true)
})

test('fallback: pipelines with the same policy share what it remembers', async () => {
  const policy = fallback([lastGood()])
  const [one, other] = [pipeline([policy]), pipeline([policy, timeout({ limit: '1s' })])]
  await one.execute(async () => 'known', { args: [1] })
  expect(await answered(other.execute(fails, { args: [1] }))).toMatchObject({ value: 'known' })
})

test('fallback: describes itself and refuses wrong options', () => {
  const policy = fallback([lastGood(), constant('none', null)], { name: 'weather' })
  expect(policy.describe()).toEqual({ kind: 'fallback', name: 'weather', sources: ['last-good', 'none'] })
  expect([policy.kind, policy.name, policy.sources]).toEqual(['fallback', 'weather', ['last-good', 'none']])
  expect(fallback([]).name).toBe('fallback')
  expect(() => fallback([], { retries: 1 } as never)).toThrow(
    'Cannot configure fallback: "retries" must be one of',
  )
})
