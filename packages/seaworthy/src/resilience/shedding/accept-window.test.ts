import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AcceptWindow } from './accept-window.ts'
import { throttleShare } from './throttle-share.ts'

test('AcceptWindow: counts what is not older than it, to a twelfth', () => {
  const step = fc.record({ afterMs: fc.oneof(fc.nat(30), fc.nat(300)), isAccepted: fc.boolean() })
  fc.assert(
    fc.property(fc.nat(1_000), fc.array(step, { maxLength: 60, size: 'max' }), (startMs, steps) => {
      const window = new AcceptWindow(120, startMs)
      const calls: { readonly part: number; readonly isAccepted: boolean }[] = []
      let nowMs = startMs
      for (const { afterMs, isAccepted } of steps) {
        nowMs += afterMs
        const part = Math.floor(nowMs / 10)
        if (afterMs % 3 === 0) window.expire(nowMs)
        else {
          window.add(isAccepted, nowMs)
          calls.push({ part, isAccepted })
        }
        const recent = calls.filter((call) => call.part > part - 12)
        expect(window.requests).toBe(recent.length)
        expect(window.accepts).toBe(recent.filter((call) => call.isAccepted).length)
      }
    }),
  )
})

test('AcceptWindow: a time before the last one, as a coarse clock may tell, counts as the last', () => {
  const window = new AcceptWindow(120, 50)
  window.add(true, 55)
  window.add(true, 45)
  expect(window.requests).toBe(2)
  window.expire(169)
  expect(window.requests).toBe(2)
  window.expire(170)
  expect(window).toMatchObject({ requests: 0, accepts: 0 })
})

const rules = { multiplier: 2, callsMin: 10, shareMax: 0.95 }

test.each([
  [100, 100, 0],
  [100, 50, 0],
  [100, 49, 2 / 101],
  [100, 20, 60 / 101],
  [100, 0, 0.95],
  [10, 0, 10 / 11],
  [9, 0, 0],
])('throttleShare: of %d calls with %d accepted, %d', (requests, accepts, expected) => {
  expect(throttleShare({ requests, accepts }, rules)).toBeCloseTo(expected, 12)
})

test('throttleShare: a lower multiplier begins earlier', () => {
  expect(throttleShare({ requests: 99, accepts: 80 }, { ...rules, multiplier: 1.1 })).toBeCloseTo(0.11, 12)
})
