import { expect, test } from 'vitest'
import { endOf, readyCall } from './call-case.ts'
import type { Contender, Guard, GuardKind, GuardSettings } from './contender.ts'
import { loadPeers } from './contenders.ts'
import { ourContender } from './our-contender.ts'
import { answer, failingWork, failure, fallbackAnswer, work, workAtOnce } from './work.ts'

const usual: GuardSettings = { slots: 100, timeoutMs: 1_000, rate: 1_000, isTolerant: false }

const contenders = [ourContender, ...(await loadPeers())]

/** All that offer a kind of guard, each with its name for the test's title. */
function having(...kinds: readonly GuardKind[]): [string, Guard][] {
  return contenders.flatMap(({ name, guards }) =>
    kinds.flatMap((kind): [string, Guard][] => {
      const guard = guards[kind]
      return guard === undefined ? [] : [[`${name} ${kind}`, guard]]
    }),
  )
}

/** Work that fails so many times and answers then, and counts how often it ran. */
function failingFirst(failures: number) {
  const counted = {
    runs: 0,
    run: () => (counted.runs++ < failures ? failingWork() : work()),
  }
  return counted
}

const all: readonly GuardKind[] = [
  'five',
  'breaker',
  'retry',
  'timeout',
  'bulkhead',
  'fallback',
  'rateLimit',
  'hedge',
  'adaptiveLimit',
]

test.each(having(...all))(
  '%s: hands on the answer of the work, whether it awaits or not',
  async (_name, guard) => {
    for (const guarded of [await guard(work, usual), await guard(workAtOnce, usual)]) {
      expect(await endOf(guarded.call, guarded.unwrap)).toBe('answer')
      const { callWith = guarded.call } = guarded
      expect(await endOf(() => callWith(new AbortController().signal), guarded.unwrap)).toBe('answer')
      guarded.close?.()
    }
  },
)

test.each(having('retry', 'five'))('%s: makes three attempts', async (_name, guard) => {
  const third = failingFirst(2)
  const saved = await guard(third.run, usual)
  expect(await endOf(saved.call, saved.unwrap)).toBe('answer')
  expect(third.runs).toBe(3)
  saved.close?.()
  const never = failingFirst(Infinity)
  const lost = await guard(never.run, usual)
  await endOf(lost.call)
  expect(never.runs).toBe(3)
  lost.close?.()
})

test.each(having('retry', 'five'))('%s: makes one attempt when it is tolerant', async (_name, guard) => {
  const never = failingFirst(Infinity)
  const guarded = await guard(never.run, { ...usual, isTolerant: true })
  await endOf(guarded.call)
  expect(never.runs).toBe(1)
  guarded.close?.()
})

test.each(having('breaker'))('%s: opens by failures and does not run the work then', async (_name, guard) => {
  const never = failingFirst(Infinity)
  const guarded = await guard(never.run, usual)
  for (let call = 0; call < 10; call++) expect(await endOf(guarded.call)).toBe('failure')
  expect(never.runs).toBe(10)
  expect(await endOf(guarded.call)).toBe('refusal')
  if (guarded.outcome !== undefined) {
    await expect(Promise.resolve(guarded.outcome())).resolves.toEqual(expect.any(Object))
  }
  expect(never.runs).toBe(10)
  guarded.close?.()
})

test.each(having('breaker', 'five'))('%s: does not open when it is tolerant', async (_name, guard) => {
  const never = failingFirst(Infinity)
  const guarded = await guard(never.run, { ...usual, isTolerant: true })
  for (let call = 0; call < 500; call++) await endOf(guarded.call)
  expect(never.runs).toBe(500)
  guarded.close?.()
})

test.each(having('timeout'))('%s: ends work that never does', async (_name, guard) => {
  const guarded = await guard(() => new Promise(() => undefined), { ...usual, timeoutMs: 5 })
  expect(await endOf(guarded.call)).toBe('refusal')
  guarded.close?.()
})

test.each(having('five'))(
  '%s: ends work that never does, tries again and falls back',
  async (_name, guard) => {
    let runs = 0
    const guarded = await guard(
      () => {
        runs++
        return new Promise(() => undefined)
      },
      { ...usual, timeoutMs: 5 },
    )
    expect(await endOf(guarded.call, guarded.unwrap)).toBe('fallback')
    expect(runs).toBe(3)
    guarded.close?.()
  },
)

test.each(having('bulkhead', 'adaptiveLimit'))(
  '%s: lets in no more than it has slots',
  async (_name, guard) => {
    const gate = Promise.withResolvers<number>()
    let [active, most] = [0, 0]
    const guarded = await guard(
      async () => {
        most = Math.max(most, ++active)
        await gate.promise
        return active--
      },
      { ...usual, slots: 2 },
    )
    const calls = [guarded.call(), guarded.call(), guarded.call()]
    const ended = Promise.allSettled(calls)
    gate.resolve(answer)
    await ended
    expect(most).toBe(2)
    guarded.close?.()
  },
)

test.each(having('fallback', 'five'))('%s: answers instead of failing work', async (_name, guard) => {
  const guarded = await guard(failingWork, { ...usual, isTolerant: true })
  expect(await endOf(guarded.call, guarded.unwrap)).toBe('fallback')
  guarded.close?.()
})

test.each(having('hedge'))('%s: makes a further attempt when the first one hangs', async (_name, guard) => {
  let runs = 0
  const guarded = await guard(() => (++runs === 1 ? new Promise(() => undefined) : work()), {
    ...usual,
    timeoutMs: 5,
  })
  expect(await endOf(guarded.call)).toBe('answer')
  expect(runs).toBe(2)
  guarded.close?.()
})

test.each(having('rateLimit'))('%s: refuses what is beyond its rate', async (_name, guard) => {
  const guarded = await guard(work, { ...usual, rate: 2 })
  expect(await endOf(guarded.call)).toBe('answer')
  expect(await endOf(guarded.call)).toBe('answer')
  expect(await endOf(guarded.call)).toBe('refusal')
  guarded.close?.()
})

const keyed = contenders.flatMap(({ name, keyed: native, mapped }) => {
  const guard = native ?? mapped
  return guard === undefined ? [] : [[name, guard] as const]
})

test.each(keyed)('%s by key: a key that fails is refused, another one answers', async (_name, guard) => {
  let isFailing = true
  const made = await guard(() => (isFailing ? failingWork() : work()), 10)
  for (let call = 0; call < 10; call++) expect(await endOf(() => made.call('a'))).toBe('failure')
  isFailing = false
  expect(await endOf(() => made.call('a'))).toBe('refusal')
  expect(await endOf(() => made.call('b'))).toBe('answer')
  expect(await endOf(() => made.call('a'))).toBe('refusal')
  made.close?.()
})

test('endOf: tells all ends apart', async () => {
  expect(await endOf(work)).toBe('answer')
  expect(await endOf(failingWork)).toBe('failure')
  expect(await endOf(() => fallbackAnswer)).toBe('fallback')
  expect(await endOf(() => ({ ok: false }))).toBe('refusal as outcome')
  expect(await endOf(() => Promise.reject(new Error('refused')))).toBe('refusal')
  expect(await endOf(() => 13)).toBe(13)
})

test('readyCall: a contender that lacks a form of call is not ready for it', async () => {
  let closed = 0
  const contender: Contender = {
    name: 'one',
    version: '1.0.0',
    guards: { breaker: (guarded) => ({ call: guarded, close: () => closed++ }) },
  }
  const callCase = { name: 'case', guard: 'breaker', work, ends: 'answer' } as const
  expect(await readyCall(contender, { ...callCase, guard: 'retry' })).toBeUndefined()
  expect(await readyCall(contender, { ...callCase, ends: 'refusal as outcome' })).toBeUndefined()
  expect(await readyCall(contender, { ...callCase, hasSignal: true })).toBeUndefined()
  expect(closed).toBe(2)
  const ready = await readyCall(contender, callCase)
  expect(await ready?.call(0)).toBe(answer)
  ready?.close()
  expect(closed).toBe(3)
})

test('work: what fails always fails with the same error', async () => {
  await expect(failingWork()).rejects.toBe(failure)
})
