import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import type { ExecuteOptions } from '../engine/call-context.ts'
import { pipeline, type Pipeline } from '../engine/pipeline.ts'
import { derive } from '../fallback/derived-fallback.ts'
import { fallback } from '../fallback/fallback.ts'
import { keyed } from '../keyed/keyed.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { guard, guardCall } from './guard.ts'

test('guard: keeps arguments, this and result', async () => {
  class Shop {
    readonly prices = new Map([['tomato', 3]])
    readonly priceOf = guard(pipeline([retry()]), function (this: Shop, name: string, amount?: number) {
      return Promise.resolve((this.prices.get(name) ?? 0) * (amount ?? 1))
    })
  }
  expect(await new Shop().priceOf('tomato', 4)).toBe(12)
})

test('guard: a plain value is a success, and what the function throws is a failure that is tried again', async () => {
  const clock = manualClock()
  let calls = 0
  const flaky = guard(pipeline([retry({ attempts: 2 }, { clock })]), (word: string) => {
    calls++
    if (calls === 1) throw new Error('down')
    return `${word}!`
  })
  const result = flaky('up')
  await clock.advance(60_000)
  expect(await result).toBe('up!')
})

test('guard: fallbacks are told the arguments, and the answer names its source', async () => {
  const guarded = guard(
    pipeline([fallback([derive('doubled', (amount: number) => amount * 2)])]),
    (_amount: number): Promise<number> => Promise.reject(new Error('down')),
  )
  const { value, source } = await guarded(21)
  expect([value, source]).toEqual([42, 'doubled'])
})

test('guard: the key of a call comes from its arguments', async () => {
  const breakers = keyed((name) => circuitBreaker({ name, trip: { kind: 'consecutive', failures: 1 } }), {
    name: 'hosts',
  })
  const ask = guard(
    pipeline([breakers]),
    (host: string): Promise<string> =>
      host === 'a.example' ? Promise.reject(new Error('down')) : Promise.resolve(host),
    { key: (host) => host },
  )
  await expect(ask('a.example')).rejects.toThrow('down')
  await expect(ask('a.example')).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  expect(await ask('b.example')).toBe('b.example')
})

test('guardCall: the context comes first, and a call may have a signal of its own', async () => {
  const ask = guardCall(
    pipeline([timeout({ limit: '1s' })]),
    ({ signal, attempt }, name: string) =>
      new Promise<string>((resolve, reject) => {
        if (name === 'now') return resolve(`${name} ${attempt}`)
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  )
  expect(await ask('now')).toBe('now 1')
  const controller = new AbortController()
  const waiting = ask.with({ signal: controller.signal })('later')
  const outcome = expect(waiting).rejects.toThrow('enough')
  controller.abort(new Error('enough'))
  await outcome
})

test('guard: refuses options that it does not know', () => {
  const options: object = { keys: () => 'a' }
  expect(() => guard(pipeline([]), () => 1, options)).toThrow(
    'Cannot configure guard: "keys" must be one of key, priority, cost',
  )
  expect(() => guard(pipeline([]), () => 1, { priority: 10 })).toThrow(
    '"priority" must be a whole number from 0 to 9',
  )
})

test('guard, guardCall: refuse what is no pipeline, or no function', () => {
  for (const make of [guard, guardCall]) {
    expect(() => make([] as never, () => 1)).toThrow(
      'Cannot configure guard: "pipeline" must be one made by pipeline',
    )
    expect(() => make(pipeline([]), 'work' as never)).toThrow(
      'Cannot configure guard: "function" must be a function, received "work"',
    )
  }
})

test('guard, guardCall: keep the name of the function and how many arguments it has', async () => {
  const fetchRate = async (_currency: string, _day: number): Promise<number> => 1
  const guarded = guard(pipeline([]), fetchRate)
  expect([guarded.name, guarded.length]).toEqual(['fetchRate', 2])
  const told = guardCall(pipeline([]), async function rateOf(_context, _currency: string) {
    return 1
  })
  expect([told.name, told.length]).toEqual(['rateOf', 1])
  expect(guardCall(pipeline([]), () => 1)).toHaveLength(0)
})

test('guard: a function whose name was made something else keeps none', () => {
  const odd = Object.defineProperty(() => 1, 'name', { value: 5 })
  expect(guard(pipeline([]), odd).name).toBe('')
})

/** A pipeline that notes what it is told of each call. */
function watched() {
  const told: (ExecuteOptions | undefined)[] = []
  const plain = pipeline([])
  const watching: Pipeline = {
    ...plain,
    execute: (work, options) => {
      told.push(options)
      return plain.execute(work)
    },
  }
  return { told, watching }
}

test('guard: key, priority and cost of a call reach the policies, with its arguments', async () => {
  const { told, watching } = watched()
  const options = { key: (name: string) => `of ${name}`, priority: 7, cost: (name: string) => name.length }
  const send = guard(watching, (name: string) => name, options)
  expect(await send('abc')).toBe('abc')
  expect(told).toEqual([{ args: ['abc'], key: 'of abc', priority: 7, cost: 3 }])
})

test('guard: without options a call has no key, and no priority or cost of its own', async () => {
  const { told, watching } = watched()
  await guard(watching, (name: string) => name)('abc')
  expect(told).toEqual([{ args: ['abc'], key: undefined, priority: undefined, cost: undefined }])
})

test('guard: the wishes of one call go before the options, keep this and are for that call alone', async () => {
  const { told, watching } = watched()
  const box = {
    size: 2,
    grown: guard(
      watching,
      function (this: { size: number }, by: number) {
        return this.size + by
      },
      { priority: 1 },
    ),
  }
  const { signal } = new AbortController()
  expect(await box.grown.with({ priority: 9, signal, timeoutMs: 5 }).call(box, 3)).toBe(5)
  expect(await box.grown(4)).toBe(6)
  expect(told).toEqual([
    { args: [3], priority: 9, signal, timeoutMs: 5 },
    { args: [4], priority: 1 },
  ])
})

test('guard: an own key that throws fails the call, and nothing is done', async () => {
  const done: string[] = []
  const send = guard(pipeline([]), (name: string) => done.push(name), {
    key: () => {
      throw new Error('no key')
    },
  })
  await expect(send('abc')).rejects.toThrow('no key')
  expect(done).toEqual([])
})
