import { expect, test, vi } from 'vitest'
import { InFlight } from './in-flight.ts'

function call(sentAtMs: number) {
  return { sentAtMs, reject: vi.fn() }
}

test('InFlight: holds up to its capacity, the oldest first, and settles each once', () => {
  const inFlight = new InFlight(2)
  const [one, two] = [call(1), call(2)]
  expect(inFlight.oldest).toBeUndefined()
  inFlight.add(one)
  expect(inFlight.isFull).toBe(false)
  inFlight.add(two)
  expect(inFlight.isFull).toBe(true)
  expect(inFlight.oldest).toBe(one)
  expect(inFlight.settle(one)).toBe(true)
  expect(inFlight.settle(one)).toBe(false)
  expect(inFlight.oldest).toBe(two)
})

test('InFlight: rejects all at once, and none of them twice', () => {
  const inFlight = new InFlight(9)
  const [one, two] = [call(1), call(2)]
  inFlight.add(one)
  inFlight.add(two)
  inFlight.rejectAll('lost')
  inFlight.rejectAll('again')
  expect(one.reject.mock.calls).toEqual([['lost']])
  expect(two.reject.mock.calls).toEqual([['lost']])
  expect(inFlight.settle(one)).toBe(false)
})

test.each(['settle', 'rejectAll'] as const)(
  'InFlight: tells when nothing is under way, by %s',
  async (by) => {
    const inFlight = new InFlight(9)
    await inFlight.whenEmpty()
    const one = call(1)
    inFlight.add(one)
    const told = vi.fn()
    const empty = inFlight.whenEmpty().then(told)
    await Promise.resolve()
    expect(told).not.toHaveBeenCalled()
    if (by === 'settle') inFlight.settle(one)
    else inFlight.rejectAll('lost')
    await empty
  },
)
