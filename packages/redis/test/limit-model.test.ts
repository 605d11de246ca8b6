import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyGcra, giveBackToGcra, pauseGcra, reserveInGcra } from './model/gcra-model.ts'
import { crowdedSpan, traces, type Trace } from './model/traces.ts'
import { emptyWindow, giveBackToWindow, pauseWindow, reserveInWindow } from './model/window-model.ts'

/**
 * What was granted, seen from outside: each grant that was not given back, with its start as its holder knows it. Naive on
 * purpose: it knows nothing of how starts are found.
 */
class Book {
  readonly grants: { readonly id: string; readonly cost: number; start: number; isBack: boolean }[] = []

  add(id: string, cost: number, start: number): void {
    this.grants.push({ id, cost, start, isBack: false })
  }

  /** A pause moves those who wait. */
  move(at: number, by: number): void {
    for (const grant of this.grants) if (grant.start > at) grant.start += by
  }

  lastStart(): number {
    return Math.max(0, ...this.starts())
  }

  starts(): number[] {
    return this.grants
      .filter(({ isBack }) => !isBack)
      .flatMap(({ start, cost }) => Array<number>(cost).fill(start))
  }
}

const begin = 1_000_000

/** The earliest moment at which so many units fit behind all that are given, by trying. */
function earliestBehind(
  starts: readonly number[],
  from: number,
  { limit, spacing, cost }: { limit: number; spacing: number; cost: number },
): number {
  const candidates = [from, ...starts.map((start) => start + spacing)].filter((at) => at >= from)
  const fits = candidates
    .toSorted((a, b) => a - b)
    .find((at) => crowdedSpan([...starts, ...Array<number>(cost).fill(at)], limit, spacing) === undefined)
  return fits!
}

function runWindow(trace: Trace): void {
  const { limit, spacing, queueMax } = trace
  const book = new Book()
  let state = emptyWindow
  let at = begin
  trace.steps.forEach((step, i) => {
    if (step.type === 'advance') at += step.by
    else if (step.type === 'pause') {
      const before = state
      state = pauseWindow(state, at, step.length)
      book.move(at, state.moved - before.moved)
      for (const start of book.starts()) expect(start <= at || start >= at + step.length).toBe(true)
    } else if (step.type === 'give back') {
      const grant = book.grants.at(-1 - step.which)
      if (grant === undefined) return
      state = giveBackToWindow(state, at, grant.id, grant.cost)
      // One that has run out comes back to nobody, and counts no more either.
      if (grant.start > at - spacing) grant.isBack = true
    } else {
      const { cost, waitMax } = step
      const id = `g${String(i).padStart(3, '0')}`
      const known = state.units.filter(
        ({ start, isSpare }) => start > at - spacing && !(isSpare && start < at),
      )
      const spare = known.filter(({ isSpare }) => isSpare).map(({ start }) => start)
      const answer = reserveInWindow(state, at, { id, cost, limit, spacing, waitMax, queueMax })
      const from = Math.max(at, state.pausedUntil, ...known.map(({ start }) => start))
      const behind = earliestBehind(
        known.map(({ start }) => start),
        from,
        { limit, spacing, cost },
      )
      const places = spare.filter((start) => spare.filter((other) => other === start).length >= cost)
      expect(answer.start).toBe(places.length > 0 ? Math.min(...places) : behind)
      if (answer.granted) expect(answer.start - at).toBeLessThanOrEqual(waitMax)
      else if (answer.start - at <= waitMax) {
        expect(known.filter(({ start }) => start > at).length + cost).toBeGreaterThan(queueMax)
      }
      if (answer.granted) book.add(id, cost, answer.start)
      state = answer.state
      expect(state.units.length).toBeLessThanOrEqual(limit + Math.max(queueMax, limit))
    }
    expect(crowdedSpan(book.starts(), limit, spacing)).toBeUndefined()
  })
}

test('window: never above the limit in any span, at the earliest moment behind all, in bounded memory', () => {
  fc.assert(fc.property(traces, runWindow), { numRuns: 3_000 })
})

test('window: callers of one unit start in the order in which they came, a given back place goes to the next', () => {
  const request = { cost: 1, limit: 2, spacing: 100, waitMax: 1e9, queueMax: 100 }
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

function runGcra(trace: Trace): void {
  const { limit, spacing, burst } = trace
  const book = new Book()
  let state = emptyGcra
  let at = begin
  let last = 0
  trace.steps.forEach((step, i) => {
    if (step.type === 'advance') at += step.by
    else if (step.type === 'pause') {
      const before = state
      state = pauseGcra(state, at, step.length)
      book.move(at, state.moved - before.moved)
      for (const start of book.starts()) expect(start <= at || start >= state.pausedUntil).toBe(true)
      last = book.lastStart()
    } else if (step.type === 'give back') {
      const grant = book.grants.at(-1 - step.which)
      if (grant === undefined) return
      const isNewest = state.newest === grant.id
      state = giveBackToGcra(state, grant.id)
      if (isNewest) {
        grant.isBack = true
        last = book.lastStart()
      }
    } else {
      const { cost, waitMax } = step
      const answer = reserveInGcra(state, at, { id: `g${i}`, cost, limit, spacing, waitMax, burst })
      expect(answer.granted).toBe(answer.start - at <= waitMax)
      expect(answer.start).toBeGreaterThanOrEqual(Math.max(at, last, state.pausedUntil))
      if (answer.granted) {
        book.add(`g${i}`, cost, answer.start)
        last = answer.start
      }
      state = answer.state
    }
    expect(crowdedSpan(book.starts(), limit, spacing)).toBeUndefined()
  })
}

test('gcra: never above the limit in any span, in the order of asking', () => {
  fc.assert(fc.property(traces, runGcra), { numRuns: 3_000 })
})

test('gcra: starts are spread over the span, after a burst if one is allowed', () => {
  const startsOf = (burst: number): number[] => {
    let state = emptyGcra
    return [1, 2, 3, 4, 5].map((n) => {
      const answer = reserveInGcra(state, begin, {
        id: `${n}`,
        cost: 1,
        limit: 4,
        spacing: 1_200,
        waitMax: 1e9,
        burst,
      })
      state = answer.state
      return answer.start - begin
    })
  }
  expect(startsOf(1)).toEqual([0, 300, 600, 900, 1_200])
  expect(startsOf(2)).toEqual([0, 0, 400, 800, 1_200])
  expect(startsOf(4)).toEqual([0, 0, 0, 0, 1_200])
  expect(startsOf(9)).toEqual([0, 0, 0, 0, 1_200])
})
