import { manualClock } from 'seaworthy/core'
import { expect, test, vi } from 'vitest'
import { Member } from './member.ts'
import type { ServerReport } from './reports-reply.ts'

const atUs = 1_000_000

function report(instance: string, verdict: ServerReport['verdict'], ageMs: number, beatMs = 0): ServerReport {
  return { instance, verdict, sinceUs: atUs - ageMs * 1_000, beatUs: atUs - beatMs * 1_000 }
}

function setUp() {
  const clock = manualClock()
  const peersChanged = vi.fn()
  const member = new Member('key', { listener: { peersChanged }, clock, expiryMs: 100 })
  return { clock, member, peersChanged }
}

test('Member: what others found lasts as long as the server says, and longer with every moment', async () => {
  const { clock, member, peersChanged } = setUp()
  member.hear({ atUs, reports: [report('a', 'failing', 30), report('b', 'healthy', 5)] })
  expect(peersChanged).toHaveBeenCalledTimes(1)
  await clock.advance(20)
  expect(member.peers()).toEqual([
    { instance: 'a', verdict: 'failing', forMs: 50 },
    { instance: 'b', verdict: 'healthy', forMs: 25 },
  ])
  // By the clock of the server it will be so from now on.
  member.hear({ atUs, reports: [report('a', 'failing', -10)] })
  expect(member.peers()).toEqual([{ instance: 'a', verdict: 'failing', forMs: 0 }])
})

test('Member: without another sign of life an instance counts until it expires', async () => {
  const { clock, member } = setUp()
  member.hear({ atUs, reports: [report('a', 'failing', 500, 40), report('b', 'failing', 500)] })
  await clock.advance(59)
  expect(member.peers()).toHaveLength(2)
  await clock.advance(1)
  expect(member.peers().map(({ instance }) => instance)).toEqual(['b'])
  await clock.advance(40)
  expect(member.peers()).toEqual([])
})

test('Member: its listener is told what has changed, and not each sign of life', () => {
  const { member, peersChanged } = setUp()
  const told = (reports: readonly ServerReport[]): boolean => {
    peersChanged.mockClear()
    member.hear({ atUs, reports })
    return peersChanged.mock.calls.length === 1
  }
  expect(told([])).toBe(false)
  expect(told([report('a', 'healthy', 5)])).toBe(true)
  expect(told([report('a', 'healthy', 5, 3)])).toBe(false)
  expect(told([report('a', 'failing', 5)])).toBe(true)
  expect(told([report('a', 'failing', 4)])).toBe(true)
  expect(told([report('b', 'failing', 4)])).toBe(true)
  expect(told([report('b', 'failing', 4), report('c', 'healthy', 4)])).toBe(true)
  expect(told([report('c', 'healthy', 4), report('b', 'failing', 4)])).toBe(false)
  expect(told([report('b', 'failing', 4)])).toBe(true)
})

test('Member: without Redis nobody is known, which is news only once, and none to who has left', () => {
  const { member, peersChanged } = setUp()
  member.hear({ atUs, reports: [report('a', 'failing', 5)] })
  member.hearNothing()
  member.hearNothing()
  expect(peersChanged).toHaveBeenCalledTimes(2)
  expect(member.peers()).toEqual([])
  member.hasLeft = true
  member.hear({ atUs, reports: [report('a', 'failing', 5)] })
  expect(peersChanged).toHaveBeenCalledTimes(2)
})

test('Member: knows for how long it has found what it says', async () => {
  const { clock, member } = setUp()
  await clock.advance(10)
  expect(member).toMatchObject({ verdict: 'healthy', forMs: 10, hasNews: true })
  member.hasNews = false
  member.report({ verdict: 'failing', forMs: 70 })
  await clock.advance(5)
  expect(member).toMatchObject({ verdict: 'failing', forMs: 75, hasNews: true })
})
