import { expect, expectTypeOf, test, vi } from 'vitest'
import { defineChannel, isolate, type Channel } from './channel.ts'
import { breakerChannel, type BreakerMessage } from './channels.ts'

function nextWarning(): Promise<Error> {
  return new Promise((resolve) => process.once('warning', resolve))
}

test('defineChannel: hands messages to its listeners until they stop', () => {
  const channel = defineChannel<{ readonly count: number }>('seaworthy.test.listen')
  const listener = vi.fn()
  expect(channel.hasSubscribers).toBe(false)
  channel.publish({ count: 0 })
  const stop = channel.subscribe(listener)
  expect(channel.hasSubscribers).toBe(true)
  channel.publish({ count: 1 })
  stop()
  channel.publish({ count: 2 })
  expect(listener).toHaveBeenCalledExactlyOnceWith({ count: 1 })
  expect(channel.hasSubscribers).toBe(false)
})

test('defineChannel: a subscription is disposable', () => {
  const channel = defineChannel<object>('seaworthy.test.dispose')
  {
    using _ = channel.subscribe(() => {})
    expect(channel.hasSubscribers).toBe(true)
  }
  expect(channel.hasSubscribers).toBe(false)
})

test('defineChannel: a listener that throws disturbs neither publisher nor other listeners', async () => {
  const warning = nextWarning()
  const channel = defineChannel<object>('seaworthy.test.throw')
  const other = vi.fn()
  using _ = channel.subscribe(() => {
    throw new Error('broken listener')
  })
  using __ = channel.subscribe(other)
  channel.publish({})
  expect(other).toHaveBeenCalledOnce()
  expect((await warning).message).toBe('broken listener')
})

test('isolate: reports what was thrown, also when it is no error', async () => {
  const warning = nextWarning()
  isolate(() => AbortSignal.abort('a text').throwIfAborted())
  expect(await warning).toMatchObject({ name: 'SeaworthyListenerWarning', message: 'a text' })
})

test('channels: each carries its own message', () => {
  expect(breakerChannel.name).toBe('seaworthy.resilience.breaker')
  expectTypeOf(breakerChannel).toEqualTypeOf<Channel<BreakerMessage>>()
})
