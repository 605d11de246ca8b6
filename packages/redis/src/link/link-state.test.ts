import fc from 'fast-check'
import { expect, test } from 'vitest'
import { initialLinkState, nextLinkState, type LinkEvent, type LinkState } from './link-state.ts'

const timing = { reconnectMinMs: 100, reconnectMaxMs: 1_000 }

function after(state: LinkState, ...events: readonly LinkEvent[]): LinkState {
  return events.reduce((now, event) => nextLinkState(now, event, timing), state)
}

const failed = (nowMs: number, jitter = 0): LinkEvent => ({ type: 'failed', nowMs, cause: 'cause', jitter })

test('link state: ready once opened, and proven by an answer', () => {
  const ready = after(initialLinkState(5), { type: 'opened', nowMs: 8 })
  expect(initialLinkState(5)).toEqual({ kind: 'connecting', sinceMs: 5, attempt: 1 })
  expect(ready).toEqual({ kind: 'ready', sinceMs: 8, attempt: 1 })
  const proven = after(ready, { type: 'answered', nowMs: 9 })
  expect(proven).toEqual({ kind: 'ready', sinceMs: 8, attempt: 0 })
  expect(nextLinkState(proven, { type: 'answered', nowMs: 10 }, timing)).toBe(proven)
})

test('link state: a failure is waited out, twice as long each time, between half and all of it', () => {
  const first = after(initialLinkState(0), failed(10))
  expect(first).toEqual({ kind: 'away', sinceMs: 10, attempt: 1, untilMs: 60, cause: 'cause' })
  expect(after(initialLinkState(0), failed(10, 1))).toMatchObject({ untilMs: 110 })
  expect(nextLinkState(first, { type: 'due', nowMs: 59 }, timing)).toBe(first)
  const second = after(first, { type: 'due', nowMs: 60 })
  expect(second).toEqual({ kind: 'connecting', sinceMs: 60, attempt: 2, cause: 'cause' })
  expect(after(second, failed(70))).toMatchObject({ untilMs: 170, attempt: 2 })
  let state: LinkState = second
  for (let i = 0; i < 20; i++) state = after(state, failed(0, 1), { type: 'due', nowMs: 1e9 })
  expect(after(state, failed(0, 1))).toMatchObject({ untilMs: 1_000 })
})

test('link state: a connection that was never answered does not start the waits anew, one that was does', () => {
  const third = after(initialLinkState(0), failed(0), { type: 'due', nowMs: 60 }, failed(60), {
    type: 'due',
    nowMs: 999,
  })
  const ready = after(third, { type: 'opened', nowMs: 1_000 })
  expect(after(ready, failed(1_000))).toMatchObject({ attempt: 3, untilMs: 1_200 })
  const proven = after(ready, { type: 'answered', nowMs: 1_000 })
  expect(after(proven, failed(1_000))).toMatchObject({ attempt: 0, untilMs: 1_050 })
  expect(after(proven, failed(1_000), { type: 'due', nowMs: 2_000 })).toMatchObject({ attempt: 1 })
})

test('link state: a failure while away is no other failure, and nothing follows the close', () => {
  const away = after(initialLinkState(0), failed(10))
  expect(nextLinkState(away, failed(11), timing)).toBe(away)
  expect(nextLinkState(away, { type: 'opened', nowMs: 11 }, timing)).toBe(away)
  const closed = after(away, { type: 'close', nowMs: 12 })
  expect(closed).toEqual({ kind: 'closed', sinceMs: 12 })
  const events: readonly LinkEvent['type'][] = ['opened', 'answered', 'due', 'close']
  for (const type of events)
    expect(nextLinkState(closed, { type, nowMs: 13 } as LinkEvent, timing)).toBe(closed)
  expect(nextLinkState(closed, failed(13), timing)).toBe(closed)
})

test('link state: whatever happens, an attempt is always ahead until the close', () => {
  const event = fc.record({
    type: fc.constantFrom('opened' as const, 'answered' as const, 'due' as const, 'failed' as const),
    cause: fc.constant('cause'),
    jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    passed: fc.nat({ max: 3_000 }),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
      let nowMs = 0
      let state = initialLinkState(nowMs)
      for (const { passed, ...next } of events) {
        nowMs += passed
        state = nextLinkState(state, { ...next, nowMs }, timing)
        if (state.kind !== 'away') continue
        expect(state.untilMs).toBeGreaterThanOrEqual(state.sinceMs + 50)
        expect(state.untilMs).toBeLessThanOrEqual(state.sinceMs + 1_000)
      }
      expect(['connecting', 'ready', 'away']).toContain(state.kind)
    }),
  )
})
