import { expect, test, vi } from 'vitest'
import { abortReason, onAbort, orAbort, sleep } from './abort.ts'
import { manualClock } from './manual-clock.ts'

test('abortReason: is what the abort gave, whatever its type', () => {
  const error = new Error('left')
  expect(abortReason(AbortSignal.abort(error))).toBe(error)
  expect(abortReason(AbortSignal.abort(0))).toBe(0)
})

test('abortReason: is an AbortError when there is none', () => {
  expect(abortReason(AbortSignal.abort())).toMatchObject({ name: 'AbortError' })
  expect(abortReason(new AbortController().signal)).toMatchObject({ name: 'AbortError' })
})

test('onAbort: calls once with the reason, also when the signal was aborted before', () => {
  const callback = vi.fn()
  const controller = new AbortController()
  onAbort(controller.signal, callback)
  expect(callback).not.toHaveBeenCalled()
  controller.abort('left')
  expect(callback).toHaveBeenCalledExactlyOnceWith('left')

  const late = vi.fn()
  onAbort(controller.signal, late)()
  expect(late).toHaveBeenCalledExactlyOnceWith('left')
})

test('onAbort: listens no longer once stopped, and without a signal never calls', () => {
  const callback = vi.fn()
  const controller = new AbortController()
  onAbort(controller.signal, callback)()
  onAbort(undefined, callback)()
  controller.abort()
  expect(callback).not.toHaveBeenCalled()
})

test('sleep: waits on the clock and stops listening', async () => {
  const clock = manualClock()
  const { signal } = new AbortController()
  const remove = vi.spyOn(signal, 'removeEventListener')
  const done = vi.fn()
  const slept = sleep(clock, 100, signal).then(done)
  await clock.advance(99)
  expect(done).not.toHaveBeenCalled()
  await clock.advance(1)
  await slept
  expect(remove).toHaveBeenCalledOnce()
})

test('sleep: an abort ends it at once with its reason and leaves no timer', async () => {
  const clock = manualClock()
  const controller = new AbortController()
  const outcome = expect(sleep(clock, 100, controller.signal)).rejects.toThrow('left')
  controller.abort(new Error('left'))
  await outcome
  await expect(sleep(clock, 100, controller.signal)).rejects.toThrow('left')
  expect(clock.pending).toBe(0)
})

test('orAbort: settles as the promise does and stops listening', async () => {
  const { signal } = new AbortController()
  const remove = vi.spyOn(signal, 'removeEventListener')
  expect(await orAbort(Promise.resolve(1), signal)).toBe(1)
  await expect(orAbort(Promise.reject(new Error('down')), signal)).rejects.toThrow('down')
  await Promise.resolve()
  expect(remove).toHaveBeenCalledTimes(2)
  const promise = Promise.resolve(1)
  expect(orAbort(promise, undefined)).toBe(promise)
})

test('orAbort: the abort is first', async () => {
  const controller = new AbortController()
  const outcome = expect(orAbort(new Promise(() => {}), controller.signal)).rejects.toThrow('left')
  controller.abort(new Error('left'))
  await outcome
})
