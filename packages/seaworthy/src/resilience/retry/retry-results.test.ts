import { expect, test, vi } from 'vitest'
import { manualClock, retryChannel, type RetryMessage } from 'seaworthy/core'
import { callContext } from '../engine/caller-scope.ts'
import { retry } from './retry.ts'
import type { RetryOptions } from './retry-options.ts'

const refusing: RetryOptions = {
  attempts: 3,
  backoff: 'constant',
  retryIfResult: (result) => result !== 'good',
}

function setUp(options: RetryOptions = {}) {
  const clock = manualClock()
  return { clock, policy: retry({ ...refusing, ...options }, { clock }) }
}

/** Work that answers with one result, or throws one error, after the other. */
function answering(...answers: readonly unknown[]) {
  let count = 0
  return vi.fn(async () => {
    const answer = answers[count++]
    if (answer instanceof Error) throw answer
    return answer
  })
}

test('retry: a refused result counts as a failed attempt, an accepted one ends it', async () => {
  const { clock, policy } = setUp()
  const work = answering('bad', new Error('down'), 'good')
  const result = policy.execute(work, callContext())
  await clock.advance(60_000)
  expect(await result).toBe('good')
  expect(work).toHaveBeenCalledTimes(3)
  expect(clock.pending).toBe(0)
})

test('retry: the last result is returned when every one is refused', async () => {
  const discard = vi.fn()
  const { clock, policy } = setUp({ discard })
  const result = policy.execute(answering('one', 'two', 'three'), callContext())
  await clock.advance(60_000)
  expect(await result).toBe('three')
  expect(discard.mock.calls).toEqual([['one'], ['two']])
})

test('retry: or an error is thrown, and then the last result is discarded, too', async () => {
  const discard = vi.fn()
  const { clock, policy } = setUp({ name: 'weather', refusedResult: 'throw', discard })
  const outcome = expect(
    policy.execute(answering('one', 'two', 'three'), callContext()),
  ).rejects.toMatchObject({
    code: 'ERR_RESULT_REFUSED',
    message:
      'Cannot accept a result in "weather": must be one that retryIfResult lets pass, received none in 3 of at most 3 attempts',
    details: { name: 'weather', attempt: 3, attempts: 3 },
  })
  await clock.advance(60_000)
  await outcome
  expect(discard.mock.calls).toEqual([['one'], ['two'], ['three']])
})

test('retry: the end is that of the last attempt, be it a result or an error', async () => {
  const { clock, policy } = setUp({ attempts: 2 })
  const failed = expect(policy.execute(answering('bad', new Error('down')), callContext())).rejects.toThrow(
    'down',
  )
  const answered = policy.execute(answering(new Error('down'), 'bad'), callContext())
  await clock.advance(60_000)
  await failed
  expect(await answered).toBe('bad')
})

test('retry: a refused result is discarded before the delay, so that it holds nothing while we wait', async () => {
  const discard = vi.fn()
  const { clock, policy } = setUp({ discard, baseDelay: '1s' })
  const result = policy.execute(answering('bad', 'good'), callContext())
  await clock.settle()
  expect(discard.mock.calls).toEqual([['bad']])
  await clock.advance(1_000)
  expect(await result).toBe('good')
  expect(discard).toHaveBeenCalledTimes(1)
})

test('retry: by default a refused result is disposed of', async () => {
  const { clock, policy } = setUp({ retryIfResult: (result) => result !== undefined })
  const cancel = vi.fn()
  const result = policy.execute(
    answering(new Response(new ReadableStream({ cancel })), undefined),
    callContext(),
  )
  await clock.advance(60_000)
  expect(await result).toBeUndefined()
  expect(cancel).toHaveBeenCalledTimes(1)
})

test('retry: a failure of the hook that discards changes nothing', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { clock, policy } = setUp({
    discard: () => {
      throw new Error('broken hook')
    },
  })
  const result = policy.execute(answering('bad', 'good'), callContext())
  await clock.advance(60_000)
  expect(await result).toBe('good')
  expect(warned).toHaveBeenCalledTimes(1)
  warned.mockRestore()
})

test('retry: obeys the Retry-After of a refused response, in seconds and as a date', async () => {
  const { clock, policy } = setUp({
    retryIfResult: (result) => (result as Response).status === 503,
    attempts: 3,
  })
  const at: number[] = []
  const headers = ['7', new Date(clock.wallTime() + 17_000).toUTCString()]
  const result = policy.execute(async ({ attempt }) => {
    at.push(clock.now())
    const field = headers[attempt - 1]
    return field === undefined
      ? new Response('sunny')
      : new Response('busy', { status: 503, headers: { 'retry-after': field } })
  }, callContext())
  await clock.advance(60_000)
  expect(await (await result).text()).toBe('sunny')
  expect(at).toEqual([0, 7_000, 17_000])
})

test('retry: an abort during the delay after a refused result has its own reason', async () => {
  const { clock, policy } = setUp()
  const controller = new AbortController()
  const work = answering('bad', 'good')
  const outcome = expect(policy.execute(work, callContext(controller.signal))).rejects.toThrow('enough')
  await clock.advance(50)
  controller.abort(new Error('enough'))
  await outcome
  await clock.advance(60_000)
  expect(work).toHaveBeenCalledTimes(1)
})

test('retry: retryIfResult sees every result, also undefined, with the context of its attempt', async () => {
  const seen: unknown[] = []
  const { clock, policy } = setUp({
    retryIfResult: (result, { attempt }) => {
      seen.push([result, attempt])
      return attempt < 3
    },
  })
  const result = policy.execute(answering(undefined, null, 0), callContext())
  await clock.advance(60_000)
  expect(await result).toBe(0)
  expect(seen).toEqual([
    [undefined, 1],
    [null, 2],
    [0, 3],
  ])
})

test('retry: what retryIfResult throws ends the call, and the result is discarded', async () => {
  const discard = vi.fn()
  const { policy } = setUp({
    discard,
    retryIfResult: () => {
      throw new TypeError('broken rule')
    },
  })
  const work = answering('bad', 'good')
  await expect(policy.execute(work, callContext())).rejects.toThrow('broken rule')
  expect(work).toHaveBeenCalledTimes(1)
  expect(discard.mock.calls).toEqual([['bad']])
})

test('retry: retryIf is not asked about results', async () => {
  const { clock, policy } = setUp({ retryIf: () => false })
  const result = policy.execute(answering('bad', 'good'), callContext())
  await clock.advance(60_000)
  expect(await result).toBe('good')
})

test('retry: publishes a refused result as such', async () => {
  const messages: RetryMessage[] = []
  const stop = retryChannel.subscribe((message) => messages.push(message))
  const { clock, policy } = setUp({ baseDelay: 100 })
  const result = policy.execute(answering('bad', 'good'), callContext())
  await clock.advance(60_000)
  await result
  stop()
  expect(messages).toMatchObject([
    {
      name: 'retry',
      attempt: 1,
      delayMs: 100,
      error: { code: 'ERR_RESULT_REFUSED', details: { name: 'retry', attempt: 1, attempts: 3 } },
    },
  ])
})
