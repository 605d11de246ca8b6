import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { hubOf, type Tie } from './signal-hub.ts'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

function follow(signal: AbortSignal, told: (reason: unknown) => void = () => {}): Tie {
  return hubOf(signal).add({ isWaiting: false, aborted: told })
}

test('SignalHub: one listener for all who wait, who are told in the order in which they came', () => {
  const controller = new AbortController()
  const told: string[] = []
  const names = ['a', 'b', 'c', 'd']
  const [, second] = names.map((name) =>
    follow(controller.signal, (reason) => told.push(`${name} ${reason}`)),
  )
  expect(listeners(controller.signal)).toBe(1)
  second?.leave()
  second?.leave()
  controller.abort('gone')
  expect(told).toEqual(['a gone', 'c gone', 'd gone'])
})

test('SignalHub: who leaves while others are told is not told', () => {
  const controller = new AbortController()
  const told: string[] = []
  const later: Tie[] = []
  follow(controller.signal, () => later[0]?.leave())
  later.push(follow(controller.signal, () => told.push('later')))
  follow(controller.signal, () => told.push('last'))
  controller.abort()
  expect(told).toEqual(['last'])
})

test('SignalHub: of signals that nobody waits for any more only the last few have a listener', () => {
  const signals = Array.from({ length: 1_000 }, () => new AbortController().signal)
  for (const signal of signals) follow(signal).leave()
  expect(signals.filter((signal) => listeners(signal) > 0).length).toBeLessThanOrEqual(64)
})

test('SignalHub: somebody who waits keeps the listener, and who comes after it went gets another', () => {
  const kept = new AbortController()
  const gone = new AbortController()
  const told: string[] = []
  follow(kept.signal, () => told.push('kept'))
  follow(kept.signal).leave()
  follow(gone.signal).leave()
  for (let each = 0; each < 200; each++) follow(new AbortController().signal).leave()
  expect([listeners(kept.signal), listeners(gone.signal)]).toEqual([1, 0])
  follow(gone.signal, () => told.push('gone'))
  kept.abort()
  gone.abort()
  expect(told).toEqual(['kept', 'gone'])
})

test('SignalHub: a signal that many calls share keeps one listener', () => {
  const { signal } = new AbortController()
  for (let call = 0; call < 1_000; call++) follow(signal).leave()
  expect(listeners(signal)).toBe(1)
})
