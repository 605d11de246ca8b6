import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Book, crowd } from './model/book.ts'
import { emptyGcra, reserveInGcra } from './model/gcra-model.ts'
import {
  holdClock,
  neverHeld,
  withAllowance,
  type LimitRequest,
  type LimitState,
} from './model/limit-model.ts'
import { gcraModel, windowModel, type LimitModel } from './model/models.ts'
import { traces, type Step, type Trace } from './model/traces.ts'
import { emptyWindow, giveBackToWindow, reserveInWindow, type WindowState } from './model/window-model.ts'

const begin = 1_000_000

/** Lives through a trace and looks at the law after each step. */
function live<State extends LimitState>(
  model: LimitModel<State>,
  trace: Trace,
  look: (before: State, request: LimitRequest & { readonly at: number }, book: Book) => void,
): void {
  const { limit, interval, queueMax, burst } = trace
  const book = new Book()
  let state = model.empty
  let at = begin
  let clock = neverHeld
  const stepOn = (step: Step, id: string): void => {
    if (step.type === 'advance') at += step.by
    else if (step.type === 'pause') {
      const { moved } = state
      state = model.pauseUntil(state, at, at + step.length)
      book.move(at, state.moved - moved)
      for (const { start } of book.units()) expect(start <= at || start >= state.pausedUntil).toBe(true)
    } else if (step.type === 'hold') {
      const grant = book.grants.at(-1 - step.which)
      if (grant === undefined || grant.isBack || at - grant.start <= grant.allowance) return
      const held = holdClock(clock, at + clock.held, { by: at - grant.start, most: interval / 4 })
      if (held === undefined || grant.start < state.pausedUntil) return
      clock = held
      book.hold({ before: at, at: grant.start, unheardFor: (interval * 3) / 4 })
      at = grant.start
    } else if (step.type === 'give back') {
      const grant = book.grants.at(-1 - step.which)
      if (grant === undefined) return
      const before = state
      state = model.giveBack(state, at, grant)
      if (state !== before) grant.isBack = true
    } else {
      const { cost, waitMax, allowance } = step
      const request = { id, cost, limit, interval, allowance, waitMax, queueMax, burst }
      look(state, { ...request, at }, book)
      const answer = model.reserve(state, at, request)
      state = answer.state
      if (answer.granted) {
        expect(answer.start - at).toBeLessThanOrEqual(waitMax)
        book.add({ id, cost, start: answer.start, allowance })
      }
    }
    expect(crowd(book.units(), limit, interval)).toBeUndefined()
  }
  for (const [i, step] of trace.steps.entries()) stepOn(step, `g${String(i).padStart(3, '0')}`)
}

/** The earliest moment from which so many units fit behind all that are given, by trying. */
function earliestBehind(starts: readonly number[], from: number, { limit, spacing, cost }: Room): number {
  const candidates = [from, ...starts.map((start) => start + spacing)].filter((at) => at >= from)
  const fits = candidates
    .toSorted((a, b) => a - b)
    .find((at) => starts.filter((start) => start > at - spacing).length + cost <= limit)
  return fits!
}

interface Room {
  readonly limit: number
  readonly spacing: number
  readonly cost: number
}

/** What the next answer of a window must be, found by trying. */
function checkNext(before: WindowState, { at, ...request }: LimitRequest & { readonly at: number }): void {
  const { cost, waitMax, queueMax, interval, limit } = request
  const { granted, start, state } = reserveInWindow(before, at, request)
  const spacing = interval + state.slack
  const { isWider } = withAllowance(before, at, request)
  const known = before.units.filter(
    (unit) => unit.start > at - spacing && !(unit.isSpare && (isWider || unit.start < at)),
  )
  const starts = known.map((unit) => unit.start)
  const spare = known.filter(({ isSpare }) => isSpare).map((unit) => unit.start)
  const places = spare.filter((place) => spare.filter((other) => other === place).length >= cost)
  const from = Math.max(at, state.pausedUntil, ...starts)
  expect(start).toBe(
    places.length > 0 ? Math.min(...places) : earliestBehind(starts, from, { limit, spacing, cost }),
  )
  const waiting = starts.filter((other) => other > at).length
  if (!granted && start - at <= waitMax) expect(waiting + cost).toBeGreaterThan(queueMax)
  expect(state.units.length).toBeLessThanOrEqual(2 * limit + queueMax)
}

test('window: never above the limit in any span, at the earliest moment behind all, in bounded memory', () => {
  fc.assert(
    fc.property(traces, (trace) => live(windowModel, trace, checkNext)),
    { numRuns: 1_500 },
  )
})

test('window: callers of one unit start in the order in which they came, a given back place goes to the next', () => {
  const request = { cost: 1, limit: 2, interval: 90, allowance: 10, waitMax: 1e9, queueMax: 100, burst: 1 }
  let state = emptyWindow
  const starts = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => {
    const answer = reserveInWindow(state, begin, { ...request, id })
    state = answer.state
    return answer.start - begin
  })
  expect(starts).toEqual([0, 0, 100, 100, 200, 200])
  state = giveBackToWindow(state, begin + 10, 'c', 1)
  const next = reserveInWindow(state, begin + 10, { ...request, id: 'g' })
  expect(next.start - begin).toBe(100)
  expect(reserveInWindow(next.state, begin + 10, { ...request, id: 'h' }).start - begin).toBe(300)
})

test('window: a longer allowance keeps spans farther apart until what was granted with it has passed', () => {
  const request = { id: '', cost: 1, limit: 1, interval: 100, waitMax: 1e9, queueMax: 100, burst: 1 }
  let state = emptyWindow
  const startOf = (id: string, at: number, allowance: number): number => {
    const answer = reserveInWindow(state, begin + at, { ...request, id, allowance })
    state = answer.state
    return answer.start - begin
  }
  expect(startOf('a', 0, 10)).toBe(0)
  expect(startOf('b', 0, 30)).toBe(130)
  expect(startOf('c', 130, 10)).toBe(260)
  // The one with the long allowance counts up to 130 + 30 + 100.
  expect(startOf('d', 259, 10)).toBe(390)
  expect(startOf('x', 260, 10)).toBe(500)
  expect(startOf('e', 700, 10)).toBe(700)
  expect(startOf('f', 700, 10)).toBe(810)
})

test('gcra: never above the limit in any span, in the order of asking', () => {
  const checkOrder = (
    before: LimitState,
    request: LimitRequest & { readonly at: number },
    book: Book,
  ): void => {
    const { granted, start } = reserveInGcra(before as typeof emptyGcra, request.at, request)
    expect(granted).toBe(start - request.at <= request.waitMax)
    expect(start).toBeGreaterThanOrEqual(Math.max(request.at, book.lastStart(), before.pausedUntil))
  }
  fc.assert(
    fc.property(traces, (trace) => live(gcraModel, trace, checkOrder)),
    { numRuns: 1_500 },
  )
})

test('gcra: starts are spread over the span, after a burst if one is allowed', () => {
  const request = { cost: 1, limit: 4, interval: 1_100, allowance: 100, waitMax: 1e9, queueMax: 0 }
  const startsOf = (burst: number): number[] => {
    let state = emptyGcra
    return ['1', '2', '3', '4', '5'].map((id) => {
      const answer = reserveInGcra(state, begin, { ...request, id, burst })
      state = answer.state
      return answer.start - begin
    })
  }
  expect(startsOf(1)).toEqual([0, 300, 600, 900, 1_200])
  expect(startsOf(2)).toEqual([0, 0, 400, 800, 1_200])
  expect(startsOf(4)).toEqual([0, 0, 0, 0, 1_200])
  expect(startsOf(9)).toEqual([0, 0, 0, 0, 1_200])
})
