import { expect, test, vi } from 'vitest'
import { AbortScope } from './abort-scope.ts'

const listener = () => ({ aborted: vi.fn() })

test('AbortScope: an abort reaches the listeners and signals inside, not those around', () => {
  const outer = new AbortScope(undefined, new AbortController().signal)
  const inner = new AbortScope(outer)
  const innermost = new AbortScope(inner)
  const heard = [listener(), listener(), listener()]
  for (const each of heard) innermost.listen(each)
  const { signal } = innermost
  const reason = new Error('over')
  inner.abort(reason)
  inner.abort(new Error('again'))
  for (const each of heard) expect(each.aborted).toHaveBeenCalledExactlyOnceWith(reason)
  expect(signal.reason).toBe(reason)
  expect([outer.isAborted, inner.isAborted, innermost.isAborted]).toEqual([false, true, true])
})

test("AbortScope: follows the caller's signal only while somebody listens", () => {
  const { signal } = new AbortController()
  const add = vi.spyOn(signal, 'addEventListener')
  const remove = vi.spyOn(signal, 'removeEventListener')
  const scope = new AbortScope(new AbortScope(undefined, signal))
  const heard = [listener(), listener()] as const
  for (const each of heard) scope.listen(each)
  expect(add).toHaveBeenCalledTimes(1)
  scope.unlisten(heard[0])
  expect(remove).not.toHaveBeenCalled()
  scope.unlisten(heard[1])
  expect(remove).toHaveBeenCalledTimes(1)
})

test("AbortScope: knows of the caller's abort without having listened", () => {
  const controller = new AbortController()
  const scope = new AbortScope(new AbortScope(undefined, controller.signal))
  expect(scope.reason).toBeUndefined()
  controller.abort('enough')
  expect(scope.isAborted).toBe(true)
  expect(scope.reason).toBe('enough')
  expect(scope.signal.reason).toBe('enough')
  const late = listener()
  scope.listen(late)
  expect(late.aborted).toHaveBeenCalledExactlyOnceWith('enough')
})

test('AbortScope: without a caller its signal is its own and one', () => {
  const [one, other] = [new AbortScope(undefined), new AbortScope(undefined)]
  expect(one.signal).toBe(one.signal)
  expect(one.signal).not.toBe(other.signal)
})

test('AbortScope: a closed scope follows no longer', () => {
  const controller = new AbortController()
  const scope = new AbortScope(new AbortScope(undefined, controller.signal))
  const { signal } = scope
  scope.close()
  controller.abort()
  expect(signal.aborted).toBe(false)
})
