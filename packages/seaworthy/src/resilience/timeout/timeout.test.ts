import { expect, test } from 'vitest'
import { manualClock, timeoutChannel, type TimeoutMessage } from 'seaworthy/core'
import { callContext } from '../engine/caller-scope.ts'
import type { CallContext } from '../engine/call-context.ts'
import { pipeline } from '../engine/pipeline.ts'
import { timeout } from './timeout.ts'

const never = (): Promise<never> => new Promise(() => {})

function setUp(limit: number) {
  const clock = manualClock()
  return { clock, policy: timeout({ name: 'weather', limit }, { clock }) }
}

test('timeout: rejects at the limit, also when the work ignores its signal', async () => {
  const { clock, policy } = setUp(100)
  let settledAt: number | undefined
  const result = policy.execute(never, callContext())
  const outcome = expect(result).rejects.toMatchObject({
    code: 'ERR_TIMEOUT',
    status: 504,
    message: 'Cannot finish "weather": must end within 100ms, was still running',
    details: { name: 'weather', limitMs: 100 },
  })
  void result.catch(() => (settledAt = clock.now()))
  await clock.advance(1_000)
  await outcome
  expect(settledAt).toBe(100)
})

test('timeout: aborts the signal with the coded error as its reason, and publishes it', async () => {
  const messages: TimeoutMessage[] = []
  using _ = timeoutChannel.subscribe((message) => messages.push(message))
  const { clock, policy } = setUp(100)
  const result = policy.execute(
    ({ signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    callContext(),
  )
  const outcome = expect(result).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  await clock.advance(100)
  await outcome
  expect(messages).toEqual([{ name: 'weather', limitMs: 100 }])
})

test('timeout: a signal first asked for after the limit is already aborted', async () => {
  const { clock, policy } = setUp(100)
  let context: CallContext | undefined
  const result = policy.execute((given) => {
    context = given
    return never()
  }, callContext())
  const outcome = expect(result).rejects.toThrow()
  await clock.advance(100)
  await outcome
  expect(context?.signal.aborted).toBe(true)
  expect(context?.signal.reason).toMatchObject({ code: 'ERR_TIMEOUT' })
})

test.each(['value', 'error'])(
  'timeout: after a %s the timer is gone and the signal is never aborted',
  async (end) => {
    const { clock, policy } = setUp(100)
    const controller = new AbortController()
    let signal: AbortSignal | undefined
    const result = policy.execute(async (context) => {
      signal = context.signal
      if (end === 'error') throw new Error('down')
      return 'fine'
    }, callContext(controller.signal))
    if (end === 'error') await expect(result).rejects.toThrow('down')
    else expect(await result).toBe('fine')
    expect(clock.pending).toBe(0)
    await clock.advance(1_000)
    controller.abort()
    expect(signal?.aborted).toBe(false)
  },
)

test("timeout: the caller's abort is no timeout and keeps its reason", async () => {
  const messages: TimeoutMessage[] = []
  using _ = timeoutChannel.subscribe((message) => messages.push(message))
  const { clock, policy } = setUp(100)
  const controller = new AbortController()
  let signal: AbortSignal | undefined
  const result = policy.execute((context) => {
    signal = context.signal
    return never()
  }, callContext(controller.signal))
  const reason = new Error('user cancelled')
  const outcome = expect(result).rejects.toBe(reason)
  await clock.advance(50)
  controller.abort(reason)
  await outcome
  expect(signal?.reason).toBe(reason)
  expect(clock.pending).toBe(0)
  await clock.advance(1_000)
  expect(messages).toEqual([])
})

test('timeout: a call that was aborted before does not start', async () => {
  const { policy } = setUp(100)
  let calls = 0
  const aborted = callContext(AbortSignal.abort(new Error('before')))
  await expect(policy.execute(async () => calls++, aborted)).rejects.toThrow('before')
  expect(calls).toBe(0)
})

test('timeout: the work sees the nearer of two deadlines, and the outer end reaches the inner signal', async () => {
  const clock = manualClock()
  const guarded = pipeline([
    timeout({ name: 'total', limit: 100 }, { clock }),
    timeout({ name: 'attempt', limit: 500 }, { clock }),
  ])
  let context: CallContext | undefined
  let reason: unknown
  const result = guarded.execute((given) => {
    context = given
    given.signal.addEventListener('abort', () => (reason = given.signal.reason))
    return never()
  })
  const outcome = expect(result).rejects.toMatchObject({ details: { name: 'total' } })
  expect(context?.deadlineMs).toBe(100)
  await clock.advance(100)
  await outcome
  expect(reason).toMatchObject({ details: { name: 'total' } })
  expect(clock.pending).toBe(0)
})

test('timeout: a failure of the work after the limit goes nowhere', async () => {
  const { clock, policy } = setUp(100)
  const late = Promise.withResolvers<never>()
  const outcome = expect(policy.execute(() => late.promise, callContext())).rejects.toMatchObject({
    code: 'ERR_TIMEOUT',
  })
  await clock.advance(100)
  await outcome
  late.reject(new Error('nobody waits'))
  await clock.settle()
})

test('timeout: keeps the attempt and deadline of a context that was made elsewhere', async () => {
  const { policy } = setUp(100)
  const { signal } = new AbortController()
  const seen = await policy.execute(async ({ attempt, deadlineMs }) => ({ attempt, deadlineMs }), {
    signal,
    attempt: 4,
    deadlineMs: 60,
  })
  expect(seen).toEqual({ attempt: 4, deadlineMs: 60 })
})

test('timeout: describes its limit and refuses wrong options', () => {
  expect(timeout({ limit: '2s' }).describe()).toEqual({ kind: 'timeout', name: 'timeout', limitMs: 2_000 })
  expect(() => timeout({ limit: 0 })).toThrow(
    'Cannot configure timeout: "limit" must be a duration from 1ms to 1d',
  )
})
