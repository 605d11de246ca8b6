import { expect, test, vi } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { createReportBoard } from './report-board.ts'

function setUp() {
  const clock = manualClock()
  const board = createReportBoard(clock)
  const join = (instance: string, name = 'weather') => {
    const listener = { peersChanged: vi.fn() }
    const membership = board.as(instance).join(name, listener)
    return { ...membership, heard: listener.peersChanged }
  }
  return { clock, board, join }
}

test('createReportBoard: each instance sees the others under its name, not itself', async () => {
  const { clock, join } = setUp()
  const [a, b] = [join('a'), join('b')]
  join('c', 'maps')
  a.report({ verdict: 'failing', forMs: 30 })
  await clock.advance(12)
  expect(b.peers()).toEqual([{ instance: 'a', verdict: 'failing', forMs: 42 }])
  expect(a.peers()).toEqual([{ instance: 'b', verdict: 'healthy', forMs: 12 }])
})

test('createReportBoard: tells the others, and not who reported', () => {
  const { join } = setUp()
  const [a, b] = [join('a'), join('b')]
  const other = join('c', 'maps')
  a.heard.mockClear()
  a.report({ verdict: 'failing', forMs: 0 })
  expect([a.heard, b.heard, other.heard].map((heard) => heard.mock.calls.length)).toEqual([0, 1, 0])
})

test('createReportBoard: who leaves is gone, and hears no more', () => {
  const { join } = setUp()
  const [a, b] = [join('a'), join('b')]
  a.report({ verdict: 'failing', forMs: 0 })
  b.heard.mockClear()
  a.heard.mockClear()
  a.leave()
  a.leave()
  a.report({ verdict: 'failing', forMs: 0 })
  b.report({ verdict: 'silent', forMs: 0 })
  expect(b.heard).toHaveBeenCalledTimes(1)
  expect(a.heard).not.toHaveBeenCalled()
  expect([a.peers(), b.peers()]).toEqual([[], []])
})

test('createReportBoard: a second breaker of a name in one instance takes the place of the first', () => {
  const { join } = setUp()
  const [first, b] = [join('a'), join('b')]
  first.report({ verdict: 'failing', forMs: 0 })
  const second = join('a')
  first.report({ verdict: 'failing', forMs: 0 })
  first.leave()
  expect(b.peers()).toMatchObject([{ instance: 'a', verdict: 'healthy' }])
  expect(first.peers()).toEqual([])
  expect(second.peers()).toMatchObject([{ instance: 'b' }])
})

test('createReportBoard: who left and everybody else may join again', () => {
  const { join } = setUp()
  const first = join('a')
  first.leave()
  const [again, b] = [join('a'), join('b')]
  first.leave()
  expect(again.peers()).toMatchObject([{ instance: 'b' }])
  expect(b.peers()).toMatchObject([{ instance: 'a' }])
})

test('createReportBoard: without connection everyone is alone, and is told so once', () => {
  const { board, join } = setUp()
  const [a, b] = [join('a'), join('b')]
  a.heard.mockClear()
  board.isReachable = false
  board.isReachable = false
  expect(a.heard).toHaveBeenCalledTimes(1)
  b.report({ verdict: 'failing', forMs: 0 })
  expect(a.peers()).toEqual([])
  board.isReachable = true
  expect(board.isReachable).toBe(true)
  expect(a.peers()).toMatchObject([{ instance: 'b', verdict: 'failing' }])
})

test('createReportBoard: tells the others who joins', () => {
  const { join } = setUp()
  const a = join('a')
  join('b')
  expect(a.heard).toHaveBeenCalledTimes(1)
})
