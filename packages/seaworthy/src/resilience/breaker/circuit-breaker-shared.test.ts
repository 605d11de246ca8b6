import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import type { BreakerReport, BreakerReports } from './breaker-reports.ts'
import type { BreakerRuleOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import { createReportBoard } from './report-board.ts'

const trip = { kind: 'consecutive', failures: 1 } as const

function breakerOf(reports: BreakerReports, clock: ManualClock, options: BreakerRuleOptions = {}) {
  return circuitBreaker({ name: 'square', openFor: '10s', trip, shared: { reports }, ...options }, { clock })
}

function setUp(instances: number, options?: BreakerRuleOptions) {
  const clock = manualClock()
  const board = createReportBoard(clock)
  const breakers = Array.from({ length: instances }, (_, index) =>
    breakerOf(board.as(`instance ${index}`), clock, options),
  )
  const states = () => breakers.map((breaker) => breaker.state).join(' ')
  const record = (index: number, outcome: 'ok' | 'failed'): void => breakers[index]?.acquire().record(outcome)
  return { clock, board, breakers, states, record }
}

test('shared: one bad instance opens nobody else, however often it reports', async () => {
  const { clock, states, record } = setUp(3)
  for (let i = 0; i < 5; i++) {
    record(0, 'failed')
    await clock.advance(10_000)
    record(0, i % 2 === 0 ? 'ok' : 'failed')
    await clock.advance(10_000)
  }
  record(0, 'failed')
  expect(states()).toBe('open closed closed')
})

test('shared: a quorum opens the others, who have not seen a failure', () => {
  const { breakers, states, record } = setUp(4)
  record(0, 'failed')
  record(1, 'failed')
  expect(states()).toBe('open open open open')
  expect(breakers[3]?.snapshot()).toMatchObject({
    reason: 'peers',
    counts: { failed: 0 },
    retryAfterMs: 10_000,
  })
})

test('shared: share and minimum are as asked for', () => {
  const reports = createReportBoard(manualClock()).as('this')
  const described = breakerOf(reports, manualClock()).describe()
  expect(described).toMatchObject({ shared: { share: 0.5, minimum: 2 } })
  const { states, record } = setUp(5)
  record(0, 'failed')
  record(1, 'failed')
  expect(states()).toBe('open open closed closed closed')
  record(2, 'failed')
  expect(states()).toBe('open open open open open')
  expect(() => breakerOf(reports, manualClock(), { shared: { reports, minimum: 1 } })).toThrow(
    'Cannot configure shared circuit breaker "square": "minimum" must be a whole number from 2 to 1000, received 1',
  )
})

test('shared: what opened by the word of others is not reported, or it would echo for ever', async () => {
  const { clock, board, breakers, states, record } = setUp(4)
  const watching = board.as('watching').join('square', { peersChanged: () => {} })
  watching.report({ verdict: 'silent', forMs: 0 })
  record(0, 'failed')
  record(1, 'failed')
  expect(watching.peers().map(({ verdict }) => verdict)).toEqual(['failing', 'failing', 'healthy', 'healthy'])
  await clock.advance(10_000)
  record(2, 'failed')
  expect(watching.peers()[2]).toEqual({ instance: 'instance 2', verdict: 'failing', forMs: 0 })
  await clock.advance(10_000)
  expect(states()).toBe('half-open half-open half-open half-open')
  expect(watching.peers()[0]).toMatchObject({ verdict: 'failing', forMs: 20_000 })
  for (const index of [0, 1, 2, 3]) record(index, 'ok')
  expect(new Set(watching.peers().map(({ verdict }) => verdict))).toEqual(new Set(['healthy']))
  breakers[0]?.forceOpen()
  expect(watching.peers()[0]).toMatchObject({ verdict: 'silent', forMs: 0 })
})

test('shared: opens again as soon as the others have closed', () => {
  const { breakers, states, record } = setUp(4)
  record(0, 'failed')
  record(1, 'failed')
  breakers[0]?.reset()
  expect(states()).toBe('closed open half-open half-open')
  expect(breakers[2]?.snapshot().reason).toBe('peers')
})

test('shared: without the shared state each instance goes by its own calls', () => {
  const { board, states, record } = setUp(4)
  record(0, 'failed')
  record(1, 'failed')
  board.isReachable = false
  expect(states()).toBe('open open half-open half-open')
  record(2, 'ok')
  record(3, 'failed')
  expect(states()).toBe('open open closed open')
})

test('shared: what calls of its own found last outweighs what others have said for longer', async () => {
  const { clock, states, record } = setUp(4)
  record(0, 'failed')
  record(1, 'failed')
  await clock.advance(10_000)
  record(2, 'ok')
  record(0, 'failed')
  expect(states()).toBe('open half-open closed half-open')
  await clock.advance(10_000)
  record(0, 'ok')
  record(1, 'ok')
  await clock.advance(1)
  record(0, 'failed')
  record(1, 'failed')
  expect(states()).toBe('open open open half-open')
})

test('shared: an operator outweighs what others said before', async () => {
  const { clock, breakers, states, record } = setUp(3)
  record(0, 'failed')
  await clock.advance(5)
  breakers[2]?.reset()
  record(1, 'failed')
  expect(states()).toBe('open open closed')
})

test('shared: an instance that starts while a quorum fails starts open', () => {
  const { clock, board, record } = setUp(2)
  record(0, 'failed')
  record(1, 'failed')
  expect(breakerOf(board.as('new'), clock).snapshot()).toMatchObject({ state: 'open', reason: 'peers' })
})

test('shared: one that is disposed of is gone for the others and goes on alone', () => {
  const { breakers, states, record } = setUp(4)
  record(0, 'failed')
  breakers[0]?.[Symbol.dispose]()
  breakers[3]?.[Symbol.dispose]()
  record(1, 'failed')
  record(2, 'failed')
  expect(states()).toBe('open open open closed')
  record(3, 'failed')
  expect(states()).toBe('open open open open')
})

test('shared: one that is disabled is silent and does not listen, one that observes reports and would open', () => {
  const { clock, board, breakers, record } = setUp(3)
  const observing = breakerOf(board.as('observing'), clock, { mode: 'observing' })
  breakers[2]?.reconfigure({ mode: 'disabled' })
  record(0, 'failed')
  record(1, 'failed')
  expect(breakers[2]?.state).toBe('disabled')
  expect(observing.snapshot()).toMatchObject({ state: 'observing', observed: 'open', reason: 'peers' })
  breakers[2]?.reconfigure({ mode: 'enforcing' })
  expect(breakers[2]?.state).toBe('open')
})

test('shared: begins and ends by reconfiguration', () => {
  const { clock, board, breakers, record } = setUp(2)
  const alone = circuitBreaker({ name: 'square', trip }, { clock })
  record(0, 'failed')
  record(1, 'failed')
  expect(alone.state).toBe('closed')
  alone.reconfigure({ shared: { reports: board.as('third') } })
  expect(alone.snapshot()).toMatchObject({ state: 'open', reason: 'peers' })
  breakers[0]?.reconfigure({ openFor: '20s' })
  const watching = board.as('watching').join('square', { peersChanged: () => {} })
  expect(watching.peers()).toHaveLength(3)
  alone.reconfigure({ shared: undefined })
  expect(watching.peers()).toHaveLength(2)
})

test('shared: a restored breaker reports what it had found', () => {
  const { clock, board, breakers, record } = setUp(1)
  record(0, 'failed')
  const restore: unknown = JSON.parse(JSON.stringify(breakers[0]))
  breakers[0]?.[Symbol.dispose]()
  const watching = board.as('watching').join('square', { peersChanged: () => {} })
  circuitBreaker({ name: 'square', trip, restore, shared: { reports: board.as('next') } }, { clock })
  expect(watching.peers()).toEqual([{ instance: 'next', verdict: 'failing', forMs: 0 }])
})

test('shared: reports that are broken change nothing', async () => {
  const warnings: string[] = []
  const note = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', note)
  const fault = (what: string) => () => {
    throw new Error(what)
  }
  const clock = manualClock()
  const membership = { report: fault('report'), peers: fault('peers'), leave: fault('leave') }
  const breaker = breakerOf({ join: () => membership }, clock)
  breaker.acquire().record('failed')
  expect(breaker.state).toBe('open')
  breaker[Symbol.dispose]()
  const alone = breakerOf({ join: fault('join') }, clock)
  alone.acquire().record('failed')
  expect(alone.state).toBe('open')
  await clock.settle()
  process.off('warning', note)
  expect(new Set(warnings)).toEqual(new Set(['peers', 'report', 'leave', 'join']))
})

test('shared: reports only what has changed, and joins once', () => {
  const reported: BreakerReport[] = []
  let joined = 0
  const membership = {
    report: (report: BreakerReport) => reported.push(report),
    peers: () => [],
    leave: () => {},
  }
  const join = () => {
    joined++
    return membership
  }
  const clock = manualClock()
  const breaker = breakerOf({ join }, clock)
  expect(reported).toEqual([])
  breaker.acquire().record('failed')
  breaker.recover()
  breaker.acquire().record('failed')
  breaker.reconfigure({ openFor: '20s' })
  expect(reported).toEqual([{ verdict: 'failing', forMs: 0 }])
  breaker.reset()
  expect(reported).toHaveLength(2)
  expect(joined).toBe(1)
})

test('shared: one that joins while it fails says for how long it has', async () => {
  const clock = manualClock()
  const board = createReportBoard(clock)
  const watching = board.as('watching').join('square', { peersChanged: () => {} })
  const breaker = circuitBreaker({ name: 'square', trip }, { clock })
  await clock.advance(1_000)
  breaker.acquire().record('failed')
  await clock.advance(5_000)
  breaker.recover()
  breaker.reconfigure({ shared: { reports: board.as('this') } })
  expect(watching.peers()).toEqual([{ instance: 'this', verdict: 'failing', forMs: 5_000 }])
})

test('shared: a report that changes nothing new does not open what a probe has closed', async () => {
  const { clock, board, states, record } = setUp(3)
  record(0, 'failed')
  record(1, 'failed')
  expect(states()).toBe('open open open')
  await clock.advance(10_000)
  record(2, 'ok')
  board
    .as('other')
    .join('square', { peersChanged: () => {} })
    .report({ verdict: 'silent', forMs: 0 })
  expect(states()).toBe('half-open half-open closed')
})

test('shared: one that is disabled does not even note what others report', () => {
  const { breakers, record } = setUp(3)
  breakers[2]?.reconfigure({ mode: 'disabled' })
  record(0, 'failed')
  record(1, 'failed')
  expect(breakers[2]?.snapshot()).toMatchObject({ state: 'disabled', reason: 'start' })
})
