import { manualClock, seededRandom } from 'seaworthy/core'
import { expect, test, vi } from 'vitest'
import type { LinkState } from '../link/link-state.ts'
import type { RedisLink } from '../link/redis-link.ts'
import { createRedisReports, type RedisReports } from './redis-reports.ts'

const ready: LinkState = { kind: 'ready', sinceMs: 0, attempt: 0 }
const away: LinkState = { kind: 'away', sinceMs: 0, attempt: 1, untilMs: 100, cause: undefined }

/** Reports over a link whose server answers what the test says. */
function setUp(options: { readonly namesMax?: number } = {}) {
  const clock = manualClock()
  const listeners = new Set<(state: LinkState) => void>()
  const answer: { of: () => Promise<unknown> } = { of: () => Promise.resolve([1]) }
  let state: LinkState = ready
  const run = vi.fn<RedisLink['run']>(() => answer.of())
  const link: RedisLink = {
    get state() {
      return state
    },
    run,
    subscribe: () => () => undefined,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ready: () => Promise.resolve(),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const runtime = { clock, random: seededRandom('reports') }
  const reports: RedisReports = createRedisReports(link, { instance: 'me', runtime, ...options })
  const turn = (next: LinkState): void => {
    state = next
    for (const listener of listeners) listener(next)
  }
  const names = (): readonly string[] => run.mock.calls.map(([script]) => script.name)
  return { clock, reports, run, answer, turn, names }
}

const deaf = { peersChanged: () => undefined }

test('RedisReports: each breaker shows itself with every heartbeat, until the reports are closed', async () => {
  const { clock, reports, names } = setUp()
  reports.join('a', deaf)
  reports.join('b', deaf)
  await clock.advance(2_200)
  expect(names()).toEqual(Array<string>(4).fill('exchange reports'))
  await reports.close()
  await reports.close()
  expect(names().slice(4)).toEqual(['leave reports', 'leave reports'])
  await clock.advance(60_000)
  expect(names()).toHaveLength(6)
  expect(clock.pending).toBe(0)
})

test('RedisReports: breakers beyond the bound, and those that come after the end, are alone', async () => {
  const { reports, run } = setUp({ namesMax: 1 })
  reports.join('a', deaf)
  const beyond = reports.join('b', deaf)
  beyond.report({ verdict: 'failing', forMs: 0 })
  beyond.leave()
  expect(beyond.peers()).toEqual([])
  expect(run).toHaveBeenCalledTimes(1)
  // One of the same name takes the place of the first.
  reports.join('a', deaf)
  expect(run).toHaveBeenCalledTimes(2)
  await reports.close()
  reports.join('a', deaf)
  expect(run).toHaveBeenCalledTimes(3)
})

test('RedisReports: without Redis nobody is heard and nothing is sent; afterwards what is news is said', async () => {
  const { clock, reports, run, answer, turn } = setUp()
  answer.of = () => Promise.resolve([1, 'other', 'failing', 1, 1])
  const member = reports.join('a', deaf)
  await clock.settle()
  expect(member.peers()).toHaveLength(1)
  turn(away)
  expect(member.peers()).toEqual([])
  member.report({ verdict: 'failing', forMs: 0 })
  await clock.advance(10_000)
  expect(run).toHaveBeenCalledTimes(1)
  turn(ready)
  await clock.settle()
  expect(run).toHaveBeenCalledTimes(2)
  const args = run.mock.calls[1]?.[2]
  expect([args?.[1], args?.[6]]).toEqual(['failing', 1])
  expect(member.peers()).toHaveLength(1)
})

test('RedisReports: what failed to be said is said again', async () => {
  const { clock, reports, run, answer } = setUp()
  answer.of = () => Promise.reject(new Error('not now'))
  reports.join('a', deaf)
  await clock.settle()
  answer.of = () => Promise.resolve([1])
  await clock.advance(2_200)
  await clock.advance(2_200)
  expect(run.mock.calls.map(([, , args]) => args[6])).toEqual([1, 1, 0])
})
