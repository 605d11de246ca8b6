import fc from 'fast-check'
import { expect, test } from 'vitest'
import { breakerChannel, manualClock, type BreakerMessage, type Outcome } from 'seaworthy/core'
import type { BreakerRuleOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import type { CircuitBreaker } from './circuit-breaker-handle.ts'

const wallMs = Date.UTC(2026, 0, 5, 8)

/** A breaker in a process whose monotonic clock has its own zero. */
function breakerAt(nowWallMs: number, options: BreakerRuleOptions = {}, restore?: unknown) {
  const clock = manualClock(nowWallMs)
  const breaker = circuitBreaker({ name: 'square', openFor: '10s', restore, ...options }, { clock })
  return { clock, breaker }
}

function recordOf(breaker: CircuitBreaker): Record<string, unknown> {
  return JSON.parse(JSON.stringify(breaker)) as Record<string, unknown>
}

function fail(breaker: CircuitBreaker, times: number): void {
  for (let i = 0; i < times; i++) breaker.acquire().record('failed')
}

async function openRecord(options?: BreakerRuleOptions) {
  const { clock, breaker } = breakerAt(wallMs, options)
  await clock.advance(500)
  fail(breaker, 5)
  return recordOf(breaker)
}

test('toJSON: is everything, by the wall clock', async () => {
  const { clock, breaker } = breakerAt(wallMs)
  await clock.advance(500)
  fail(breaker, 6 - 1)
  breaker.tryAcquire()
  expect(recordOf(breaker)).toEqual({
    kind: 'circuit-breaker',
    version: 1,
    name: 'square',
    state: 'open',
    reason: 'failures',
    note: null,
    since: wallMs + 500,
    until: wallMs + 10_500,
    failingSince: wallMs + 500,
    openedAt: wallMs + 500,
    streak: 1,
    successes: 0,
    failures: 0,
    counts: { ok: 0, failed: 5, slow: 0, ignored: 0 },
    refused: 1,
    transitions: 1,
    window: { kind: 'consecutive', failed: 0, slow: 0 },
  })
})

test('restore: an open breaker stays open until its time by the wall clock, not for the whole time again', async () => {
  const record = await openRecord()
  const { clock, breaker } = breakerAt(wallMs + 4_500, {}, record)
  expect(breaker.snapshot()).toMatchObject({
    state: 'open',
    since: wallMs + 500,
    openedAt: wallMs + 500,
    retryAfterMs: 6_000,
    counts: { failed: 5 },
    transitions: 1,
  })
  await clock.advance(5_999)
  expect(breaker.state).toBe('open')
  await clock.advance(1)
  expect(breaker.state).toBe('half-open')
  breaker.acquire().record('ok')
  expect(breaker.state).toBe('closed')
})

test('restore: time that passed between the processes has passed', async () => {
  const record = await openRecord()
  expect(breakerAt(wallMs + 60_000, {}, record).breaker.snapshot()).toMatchObject({
    state: 'half-open',
    since: wallMs + 10_500,
  })
})

test('restore: a wall clock that was set back prolongs nothing', async () => {
  const record = await openRecord()
  const { breaker } = breakerAt(wallMs - 86_400_000, {}, record)
  expect(breaker.snapshot()).toMatchObject({
    state: 'open',
    since: wallMs - 86_400_000,
    openedAt: wallMs - 86_400_000,
    retryAfterMs: 10_000,
  })
})

test('restore: a half-open breaker keeps what probes have shown, and gives those under way anew', async () => {
  const options = { successes: 3, closeAt: 0.6 }
  const { clock, breaker } = breakerAt(wallMs, options)
  fail(breaker, 5)
  await clock.advance(10_000)
  breaker.acquire().record('ok')
  breaker.acquire().record('failed')
  breaker.acquire()
  const next = breakerAt(wallMs + 20_000, options, recordOf(breaker)).breaker
  expect(next.state).toBe('half-open')
  next.acquire().record('ok')
  next.acquire().record('failed')
  expect(next.state).toBe('half-open')
  next.acquire().record('ok')
  expect(next.state).toBe('closed')
})

test('restore: what an operator forced stays forced, with its note', () => {
  const { breaker } = breakerAt(wallMs)
  breaker.forceOpen('maintenance')
  const next = breakerAt(wallMs + 3_600_000, {}, recordOf(breaker)).breaker
  expect(next.snapshot()).toMatchObject({ state: 'forced-open', note: 'maintenance', reason: 'operator' })
  breaker.forceOpen('x'.repeat(5_000))
  expect(breakerAt(wallMs, {}, recordOf(breaker)).breaker.snapshot().note).toHaveLength(1_000)
  breaker.forceClosed()
  expect(breakerAt(wallMs, {}, recordOf(breaker)).breaker.state).toBe('forced-closed')
})

test('restore: the open time goes on growing, and the ramp goes on', async () => {
  const options = { openForFactor: 2, rampFor: '10s' } as const
  const { clock, breaker } = breakerAt(wallMs, options)
  fail(breaker, 5)
  await clock.advance(10_000)
  fail(breaker, 1)
  await clock.advance(20_000)
  const half = recordOf(breaker)
  expect(half).toMatchObject({ state: 'half-open', streak: 2 })
  const next = breakerAt(wallMs + 30_000, options, half).breaker
  fail(next, 1)
  expect(next.snapshot().retryAfterMs).toBe(40_000)
  breaker.acquire().record('ok')
  const luckless = { clock: manualClock(wallMs + 35_000), random: { next: () => 0.9 } }
  const ramping = circuitBreaker({ name: 'square', ...options, restore: recordOf(breaker) }, luckless)
  expect(ramping.tryAcquire()).toBeUndefined()
})

test('restore: publishes the state that it begins with', async () => {
  const record = await openRecord()
  const messages: BreakerMessage[] = []
  using _ = breakerChannel.subscribe((message) => messages.push(message))
  breakerAt(wallMs, {}, record)
  expect(messages).toEqual([{ name: 'square', from: 'closed', to: 'open', reason: 'restored' }])
})

const trips = fc.constantFrom<NonNullable<BreakerRuleOptions['trip']>>(
  { kind: 'consecutive', failures: 4 },
  { kind: 'count', size: 6, minimumCalls: 4 },
  { kind: 'time', length: '10s', buckets: 10, minimumCalls: 4 },
)
const events = fc.array(
  fc.record({
    outcome: fc.constantFrom<Outcome>('ok', 'ok', 'failed', 'slow', 'ignored'),
    afterMs: fc.nat(4_000),
    restarts: fc.boolean(),
  }),
  { maxLength: 40, size: 'max' },
)

test('restore: a breaker that is restored all the time is the same as one that never was', async () => {
  await fc.assert(
    fc.asyncProperty(trips, events, async (trip, sequence) => {
      const options = { trip, openForFactor: 1.5, successes: 2, closeAt: 0.5, openFor: '5s' } as const
      const clock = manualClock(wallMs)
      const create = (restore?: unknown) => circuitBreaker({ name: 'square', ...options, restore }, { clock })
      const lasting = create()
      let breaker = create()
      for (const { outcome, afterMs, restarts } of sequence) {
        lasting.tryAcquire()?.record(outcome)
        breaker.tryAcquire()?.record(outcome)
        await clock.advance(afterMs)
        if (!restarts) continue
        breaker = create(recordOf(breaker))
        expect(recordOf(breaker)).toEqual(recordOf(lasting))
      }
      expect(breaker.snapshot()).toEqual(lasting.snapshot())
    }),
    { numRuns: 200 },
  )
})

test.each<[string, unknown, string]>([
  ['nothing', null, 'it must be the record of a circuit breaker, received null'],
  ['text', 'open', 'it must be the record of a circuit breaker, received "open"'],
  [
    'something else',
    { kind: 'bulkhead' },
    'it must be the record of a circuit breaker, received {"kind":"bulkhead"}',
  ],
])('restore: refuses what is no record: %s', (_, data, reason) => {
  expect(() => breakerAt(wallMs, {}, data)).toThrow(
    expect.objectContaining({
      code: 'ERR_BREAKER_RECORD_INVALID',
      message: `Cannot restore circuit breaker "square": ${reason}`,
    }),
  )
})

test.each<[string, Record<string, unknown>, string]>([
  ['name', { name: 'other' }, 'the record must be of this name, received "other"'],
  ['version', { version: 2 }, '"version" must be a whole number from 1 to 1, received 2'],
  ['state', { state: 'melted' }, '"state" must be one of'],
  ['reason', { reason: 'because' }, '"reason" must be one of'],
  ['since', { since: '2026' }, '"since" must be a number from'],
  ['since', { since: 1e300 }, '"since" must be a number from'],
  ['until', { until: null }, '"until" must not be before "since", received null'],
  ['until', { until: wallMs + 499 }, `"until" must not be before "since", received ${wallMs + 499}`],
  [
    'until',
    { until: {} },
    '"until" must be a number from -8640000000000000 to 8640000000000000, or null, received {}',
  ],
  ['streak', { streak: -1 }, '"streak" must be a whole number'],
  ['counts', { counts: { ok: 1 } }, '"counts" must be the counts of all outcomes, received {"ok":1}'],
  ['counts', { counts: null }, '"counts" must be'],
  ['counts', { counts: { failed: 0, slow: 0, ignored: 0 } }, '"counts" must be'],
  ['counts', { counts: { ok: 0, slow: 0, ignored: 0 } }, '"counts" must be'],
  ['counts', { counts: { ok: 0, failed: 0, ignored: 0 } }, '"counts" must be'],
  ['counts', { counts: { ok: 0, failed: 0, slow: 0 } }, '"counts" must be'],
  ['window', { window: { kind: 'count', outcomes: ['oof'] } }, '"window" must be'],
  ['window', { window: { kind: 'consecutive', failed: 2 ** 31, slow: 0 } }, '"window" must be'],
  ['window', { window: { kind: 'time', buckets: [null] } }, '"window" must be'],
  ['window', { window: { kind: 'time', buckets: [{ atMs: 0, failed: 0, slow: 0 }] } }, '"window" must be'],
  ['window', { window: { kind: 'time', buckets: [{ atMs: 0, calls: 1, slow: 0 }] } }, '"window" must be'],
  ['window', { window: { kind: 'time', buckets: [{ atMs: 0, calls: 1, failed: 0 }] } }, '"window" must be'],
  ['counts', { counts: { ok: 0, failed: 0, slow: 0, ignored: 0.5 } }, '"counts" must be'],
  ['note', { note: 7 }, '"note" must be text'],
  ['window', { window: undefined }, '"window" must be the record of a window'],
  ['window', { window: { kind: 'other' } }, '"window" must be'],
  ['window', { window: { kind: 'consecutive', failed: 1 } }, '"window" must be'],
  ['window', { window: { kind: 'consecutive', failed: -1, slow: 0 } }, '"window" must be'],
  ['window', { window: { kind: 'count', outcomes: 'ofx' } }, '"window" must be'],
  ['window', { window: { kind: 'count', outcomes: 'o'.repeat(100_001) } }, '"window" must be'],
  ['window', { window: { kind: 'time', buckets: {} } }, '"window" must be'],
  ['window', { window: { kind: 'time', buckets: [7] } }, '"window" must be'],
  [
    'window',
    { window: { kind: 'time', buckets: [{ atMs: 0, calls: 1, failed: 1, slow: 1 }] } },
    '"window" must be',
  ],
  [
    'window',
    { window: { kind: 'time', buckets: [{ atMs: null, calls: 1, failed: 1, slow: 0 }] } },
    '"window" must be',
  ],
  [
    'window',
    { window: { kind: 'time', buckets: Array(1_001).fill({ atMs: 0, calls: 0, failed: 0, slow: 0 }) } },
    '"window"',
  ],
])('restore: refuses a record whose %s is wrong', async (_, wrong, reason) => {
  const record = { ...(await openRecord()), ...wrong }
  expect(() => breakerAt(wallMs, {}, record)).toThrow(
    expect.objectContaining({ code: 'ERR_BREAKER_RECORD_INVALID', message: expect.stringContaining(reason) }),
  )
})

test('restore: accepts windows as large as they can be', async () => {
  const bucket = { atMs: wallMs, calls: 2, failed: 1, slow: 1 }
  const windows = [
    { kind: 'count', outcomes: 'o'.repeat(100_000) },
    { kind: 'time', buckets: Array(1_000).fill(bucket) },
  ]
  for (const window of windows) {
    expect(() => breakerAt(wallMs, {}, { ...recordOf(breakerAt(wallMs).breaker), window })).not.toThrow()
  }
})

test('restore: steps of time may be in any order', () => {
  const options = { trip: { kind: 'time', length: '10s', minimumCalls: 1_000 } } as const
  const step = { calls: 2, failed: 1, slow: 0 }
  const buckets = [
    { atMs: wallMs - 500, ...step },
    { atMs: wallMs - 7_500, ...step },
    { atMs: wallMs - 20_500, ...step },
  ]
  const record = { ...recordOf(breakerAt(wallMs, options).breaker), window: { kind: 'time', buckets } }
  expect(breakerAt(wallMs, options, record).breaker.snapshot().window).toEqual({
    calls: 4,
    failed: 2,
    slow: 0,
  })
})

test('restore: the error says what is wrong, in short', async () => {
  const record = { ...(await openRecord()), state: 'x'.repeat(500) }
  expect(() => breakerAt(wallMs, {}, record)).toThrow(
    expect.objectContaining({
      details: { name: 'square', must: expect.stringContaining('"state" must be one of') },
      message: expect.toSatisfy((message: string) => message.length < 300),
    }),
  )
})

test('restore: one that was to open for no time at all is half-open', async () => {
  const record = await openRecord()
  const { breaker } = breakerAt(wallMs + 500, {}, { ...record, until: record['since'] })
  expect(breaker.state).toBe('half-open')
})

test('toJSON: what a closed breaker does not have is null', () => {
  const { breaker } = breakerAt(wallMs)
  expect(breaker.toJSON()).toMatchObject({ until: null, failingSince: null, openedAt: null, note: null })
})

test('restore: an open time that is longer than any the rules allow is cut to the longest', async () => {
  const record = await openRecord()
  const far = { ...record, until: wallMs + 30 * 86_400_000 }
  const openForOf = (options: BreakerRuleOptions): number =>
    breakerAt(wallMs + 500, options, far).breaker.snapshot().retryAfterMs
  expect(openForOf({})).toBe(10_000)
  expect(openForOf({ openForFactor: 2 })).toBe(100_000)
  expect(openForOf({ openForFactor: 2, openForMax: '15s', openForJitter: 0.2 })).toBe(18_000)
  expect(openForOf({ openForMax: '15s' })).toBe(10_000)
  const { clock, breaker } = breakerAt(wallMs + 500, {}, far)
  await clock.advance(10_000)
  expect(breaker.state).toBe('half-open')
})
