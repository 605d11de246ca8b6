import { expect, test } from 'vitest'
import { errorCode, manualClock } from 'seaworthy/core'
import { adaptiveLimit } from '../adaptive/adaptive-limit.ts'
import { circuitBreaker, circuitBreakerFactory } from '../breaker/circuit-breaker.ts'
import { createReportBoard } from '../breaker/report-board.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { callContext } from '../engine/caller-scope.ts'
import { pipeline } from '../engine/pipeline.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import { retry } from '../retry/retry.ts'
import { clientThrottle } from '../shedding/client-throttle.ts'
import { timeout } from '../timeout/timeout.ts'
import { keyed, type KeyedOptions } from './keyed.ts'

const clock = manualClock()
const runtime = { clock }

async function ok(): Promise<string> {
  return 'ok'
}

async function fail(): Promise<never> {
  throw new Error('down')
}

function breakers(options: Partial<KeyedOptions> = {}) {
  const factory = circuitBreakerFactory(
    { trip: { kind: 'consecutive', failures: 2 }, openFor: '10s' },
    runtime,
  )
  const { isIdle: _, ...rest } = options
  const byHost = keyed((host) => factory.create(host), { name: 'hosts', ...rest }, runtime)
  return { byHost, line: pipeline([byHost]) }
}

async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(
    () => 'ok',
    (error) => errorCode(error) ?? 'down',
  )
}

test('keyed: a key that fails does not open the breaker of another', async () => {
  const { byHost, line } = breakers()
  for (let i = 0; i < 2; i++) expect(await codeOf(line.execute(fail, { key: 'a' }))).toBe('down')
  expect(await codeOf(line.execute(ok, { key: 'a' }))).toBe('ERR_CIRCUIT_OPEN')
  expect(await codeOf(line.execute(ok, { key: 'b' }))).toBe('ok')
  expect(byHost.get('a')?.state).toBe('open')
  expect(byHost.get('b')?.state).toBe('closed')
  expect([...byHost.entries()].map(([key]) => key)).toEqual(['a', 'b'])
})

test('keyed: calls without a key share the common policy', async () => {
  const { byHost, line } = breakers()
  for (let i = 0; i < 2; i++) await codeOf(line.execute(fail))
  expect(byHost.common.state).toBe('open')
  expect(byHost.common.name).toBe('hosts')
  expect(await codeOf(line.execute(ok))).toBe('ERR_CIRCUIT_OPEN')
  expect(byHost.snapshot()).toEqual({ name: 'hosts', capacity: 10_000, size: 0, evicted: 0, unplaced: 0 })
})

test('keyed: tells calls apart by what `by` says', async () => {
  const { byHost, line } = breakers({
    by: ({ args }) => (args?.[0] === undefined ? undefined : `${args[0]}`),
  })
  await line.execute(ok, { key: 'ignored', args: ['a'] })
  await line.execute(ok, { key: 'ignored' })
  expect([...byHost.entries()].map(([key]) => key)).toEqual(['a'])
})

test('keyed: an error of `by` or of making a policy fails the call', async () => {
  const broken = breakers({
    by: () => {
      throw new Error('no key')
    },
  })
  await expect(broken.line.execute(ok)).rejects.toThrow('no key')
  const unmakable = keyed(
    (key) => {
      if (key === 'bad') throw new Error('no policy')
      return bulkhead({ name: key })
    },
    { name: 'tenants' },
  )
  await expect(pipeline([unmakable]).execute(ok, { key: 'bad' })).rejects.toThrow('no policy')
  expect(await pipeline([unmakable]).execute(ok, { key: 'good' })).toBe('ok')
})

test('keyed: an open breaker and one with calls under way stay, whatever new keys come', async () => {
  const { byHost, line } = breakers({ capacity: 5 })
  for (let i = 0; i < 2; i++) await codeOf(line.execute(fail, { key: 'open' }))
  const end = Promise.withResolvers<string>()
  const underWay = line.execute(() => end.promise, { key: 'busy' })
  const busy = byHost.get('busy')
  for (let i = 0; i < 200; i++) await line.execute(ok, { key: `stranger ${i}` })
  expect(byHost.get('open')?.state).toBe('open')
  expect(byHost.get('busy')).toBe(busy)
  expect(byHost.snapshot()).toMatchObject({ size: 5, evicted: 197, unplaced: 0 })
  end.resolve('done')
  expect(await underWay).toBe('done')
})

test('keyed: when all places hold open breakers, no key is refused because of others', async () => {
  const { byHost, line } = breakers({ capacity: 20 })
  const failTwice = async (key: string): Promise<void> => {
    for (let i = 0; i < 2; i++) expect(await codeOf(line.execute(fail, { key }))).toBe('down')
  }
  for (let i = 0; i < 200; i++) await failTwice(`down ${i}`)
  expect(byHost.snapshot()).toMatchObject({ size: 20, evicted: 180, unplaced: 0 })
  expect(byHost.common.snapshot()).toMatchObject({ state: 'closed', counts: { failed: 0 } })
  expect(await codeOf(line.execute(ok, { key: 'innocent' }))).toBe('ok')
  expect(byHost.get('innocent')?.state).toBe('closed')
  expect(await codeOf(line.execute(ok, { key: 'down 199' }))).toBe('ERR_CIRCUIT_OPEN')
})

test('keyed: a key whose open breaker went finds out anew', async () => {
  const { byHost, line } = breakers({ capacity: 1 })
  for (let i = 0; i < 2; i++) await codeOf(line.execute(fail, { key: 'a' }))
  expect(byHost.get('a')?.state).toBe('open')
  expect(await codeOf(line.execute(ok, { key: 'b' }))).toBe('ok')
  expect(byHost.get('a')).toBeUndefined()
  expect(await codeOf(line.execute(fail, { key: 'a' }))).toBe('down')
  expect(byHost.get('a')?.state).toBe('closed')
})

test('keyed: what an operator forced stays, also when there is no place for another', async () => {
  const { byHost, line } = breakers({ capacity: 2 })
  for (const key of ['a', 'b']) await line.execute(ok, { key })
  byHost.get('a')?.forceOpen('maintenance')
  byHost.get('b')?.forceClosed()
  expect(await codeOf(line.execute(ok, { key: 'c' }))).toBe('ok')
  expect(byHost.snapshot()).toMatchObject({ size: 2, evicted: 0, unplaced: 1 })
  expect([byHost.get('a')?.state, byHost.get('b')?.state]).toEqual(['forced-open', 'forced-closed'])
})

test('keyed: with an own word on what is idle, nothing else goes', async () => {
  const { line, byHost } = breakersThatStay()
  for (let i = 0; i < 2; i++) await codeOf(line.execute(fail, { key: 'a' }))
  await line.execute(ok, { key: 'b' })
  expect(byHost.get('a')?.state).toBe('open')
  expect(byHost.snapshot()).toMatchObject({ size: 1, evicted: 0, unplaced: 1 })
})

function breakersThatStay() {
  const factory = circuitBreakerFactory({ trip: { kind: 'consecutive', failures: 2 } }, runtime)
  const options = { name: 'hosts', capacity: 1, isIdle: () => false }
  const byHost = keyed((host) => factory.create(host), options, runtime)
  return { byHost, line: pipeline([byHost]) }
}

test('keyed: rate limits stay while they remember, so that no key gets past its limit', async () => {
  const limits = keyed(
    (key) => rateLimit({ name: key, limit: 1, interval: '1m' }, runtime),
    { name: 'tenants', capacity: 1 },
    runtime,
  )
  const line = pipeline([limits])
  expect(await codeOf(line.execute(ok, { key: 'a' }))).toBe('ok')
  expect(await codeOf(line.execute(ok, { key: 'b' }))).toBe('ok')
  expect(await codeOf(line.execute(ok, { key: 'a' }))).toBe('ERR_RATE_EXCEEDED')
  expect(limits.snapshot()).toMatchObject({ evicted: 0, unplaced: 1 })
})

test('keyed: an adaptive limit stays while work of it goes on that its caller has given up', async () => {
  const limits = keyed(
    (key) => adaptiveLimit({ name: key }, runtime),
    { name: 'hosts', capacity: 1 },
    runtime,
  )
  const line = pipeline([limits])
  const controller = new AbortController()
  const work = Promise.withResolvers<void>()
  const call = codeOf(line.execute(() => work.promise, { key: 'a', signal: controller.signal }))
  controller.abort(new Error('down'))
  expect(await call).toBe('down')
  expect(limits.get('a')?.isIdle).toBe(false)
  await line.execute(ok, { key: 'b' })
  expect([...limits.entries()].map(([key]) => key)).toEqual(['a'])
  work.resolve()
  await clock.settle()
  await line.execute(ok, { key: 'b' })
  expect([...limits.entries()].map(([key]) => key)).toEqual(['b'])
})

test('keyed: throttles go when there is no place for another', async () => {
  const throttles = keyed(
    (key) => clientThrottle({ name: key }, runtime),
    { name: 'hosts', capacity: 1 },
    runtime,
  )
  const line = pipeline([throttles])
  await line.execute(ok, { key: 'a' })
  expect(throttles.get('a')?.isIdle).toBe(false)
  await line.execute(ok, { key: 'b' })
  expect(throttles.snapshot()).toMatchObject({ evicted: 1, unplaced: 0 })
})

test('keyed: a breaker that goes takes back what it told other instances', async () => {
  const board = createReportBoard(clock)
  const factory = circuitBreakerFactory(
    { trip: { kind: 'consecutive', failures: 1 }, shared: { reports: board.as('one') } },
    runtime,
  )
  const byHost = keyed((host) => factory.create(host), { name: 'hosts', capacity: 1 }, runtime)
  const other = board.as('other').join('a', { peersChanged: () => {} })
  const line = pipeline([byHost])
  await codeOf(line.execute(fail, { key: 'a' }))
  expect(other.peers()).toMatchObject([{ instance: 'one', verdict: 'failing' }])
  await line.execute(ok, { key: 'b' })
  expect(other.peers()).toEqual([])
})

test('keyed: a breaker that was forgotten is new in every pipeline that uses it', async () => {
  const { byHost, line } = breakers()
  const other = pipeline([retry({ attempts: 1 }, runtime), byHost])
  for (let i = 0; i < 2; i++) await codeOf(line.execute(fail, { key: 'a' }))
  expect(await codeOf(other.execute(ok, { key: 'a' }))).toBe('ERR_CIRCUIT_OPEN')
  expect(byHost.remove('a')).toBe(true)
  expect(await codeOf(other.execute(ok, { key: 'a' }))).toBe('ok')
  expect(await codeOf(line.execute(ok, { key: 'a' }))).toBe('ok')
})

test('keyed: bulkheads by tenant hold each to its own slots, and free them', async () => {
  const tenants = keyed(
    (key) => bulkhead({ name: key, concurrency: 1 }, runtime),
    { name: 'tenants' },
    runtime,
  )
  const line = pipeline([tenants])
  const end = Promise.withResolvers<void>()
  const first = line.execute(() => end.promise, { key: 'a' })
  expect(await codeOf(line.execute(ok, { key: 'a' }))).toBe('ERR_BULKHEAD_FULL')
  expect(await codeOf(line.execute(ok, { key: 'b' }))).toBe('ok')
  end.resolve()
  await first
  expect(await codeOf(line.execute(ok, { key: 'a' }))).toBe('ok')
})

test('keyed: a wait in the policy of a key ends with its turn, or with the abort of its caller', async () => {
  const limits = keyed(
    (key) => rateLimit({ name: key, limit: 1, queue: 5 }, runtime),
    { name: 'limits' },
    runtime,
  )
  const line = pipeline([limits])
  await line.execute(ok, { key: 'a' })
  const controller = new AbortController()
  const leaving = codeOf(line.execute(ok, { key: 'a', signal: controller.signal }))
  const staying = line.execute(ok, { key: 'a' })
  expect(limits.remove('a')).toBe(false)
  controller.abort(Object.assign(new Error('gone'), { code: 'GONE' }))
  expect(await leaving).toBe('GONE')
  await clock.advance(1_000)
  expect(await staying).toBe('ok')
  expect(limits.remove('a')).toBe(true)
})

test('keyed: a timeout by key ends the call, gives it its deadline, and lets go of the key', async () => {
  const timeouts = keyed(
    (key) => timeout({ name: key, limit: key.length * 100 }, runtime),
    { name: 't' },
    runtime,
  )
  const line = pipeline([retry({ attempts: 1 }, runtime), timeouts])
  const startMs = clock.now()
  let deadlineMs: number | undefined
  const late = codeOf(
    line.execute(
      (context) => {
        ;({ deadlineMs } = context)
        return new Promise(() => {})
      },
      { key: 'abc' },
    ),
  )
  expect(deadlineMs).toBe(startMs + 300)
  await clock.advance(299)
  expect(timeouts.remove('abc')).toBe(false)
  await clock.advance(1)
  expect(await late).toBe('ERR_TIMEOUT')
  expect(timeouts.remove('abc')).toBe(true)
})

test('keyed: a timeout by key around retries ends a later attempt', async () => {
  const timeouts = keyed((key) => timeout({ name: key, limit: 300 }, runtime), { name: 't' }, runtime)
  const line = pipeline([timeouts, retry({ attempts: 3, baseDelay: 10 }, runtime)])
  let attempts = 0
  const late = codeOf(line.execute(() => (++attempts === 1 ? fail() : new Promise(() => {})), { key: 'a' }))
  await clock.advance(299)
  expect(attempts).toBe(2)
  expect(timeouts.remove('a')).toBe(false)
  await clock.advance(1)
  expect(await late).toBe('ERR_TIMEOUT')
  expect(timeouts.remove('a')).toBe(true)
})

test('keyed: retries by key go on inside, and a timeout around them ends them', async () => {
  const retries = keyed(
    (key) => retry({ name: key, attempts: 3, baseDelay: 100 }, runtime),
    { name: 'retries' },
    runtime,
  )
  const line = pipeline([timeout({ limit: '10s' }, runtime), retries])
  let attempts = 0
  const flaky = line.execute(
    async () => {
      attempts++
      if (attempts < 3) throw new Error('down')
      return attempts
    },
    { key: 'a' },
  )
  await clock.advance(5_000)
  expect(await flaky).toBe(3)
  const hopeless = codeOf(line.execute(() => new Promise(() => {}), { key: 'a' }))
  expect(retries.remove('a')).toBe(false)
  await clock.advance(10_000)
  expect(await hopeless).toBe('ERR_TIMEOUT')
  expect(retries.remove('a')).toBe(true)
})

test('keyed: works alone, and refusals of its policies pass through policies around it', async () => {
  const { byHost } = breakers()
  expect(await byHost.execute(ok, callContext())).toBe('ok')
  for (let i = 0; i < 2; i++) await codeOf(byHost.execute(fail, callContext()))
  const line = pipeline([bulkhead({ name: 'around', concurrency: 1 }, runtime), byHost])
  for (let i = 0; i < 3; i++) expect(await codeOf(line.execute(ok))).toBe('ERR_CIRCUIT_OPEN')
})

test('keyed: what is idle is what the option says, else the policy itself', async () => {
  const make = (key: string) =>
    circuitBreaker({ name: key, trip: { kind: 'consecutive', failures: 1 } }, runtime)
  const careless = keyed(make, { name: 'careless', capacity: 1, isIdle: () => true }, runtime)
  const line = pipeline([careless])
  await codeOf(line.execute(fail, { key: 'a' }))
  expect(careless.get('a')?.state).toBe('open')
  await line.execute(ok, { key: 'b' })
  expect([...careless.entries()].map(([key]) => key)).toEqual(['b'])
})

test('keyed: policies that cannot tell whether they are idle may go', async () => {
  const timeouts = keyed(
    (name) => timeout({ name, limit: 100 }, runtime),
    { name: 't', capacity: 1 },
    runtime,
  )
  const line = pipeline([timeouts])
  for (const key of ['a', 'b']) await line.execute(ok, { key })
  expect([...timeouts.entries()].map(([key]) => key)).toEqual(['b'])
  expect(timeouts.snapshot()).toMatchObject({ evicted: 1, unplaced: 0 })
})

test('keyed: says what it is made of', () => {
  const { byHost } = breakers({ capacity: 7, idleAfter: '1m' })
  expect(byHost.describe()).toMatchObject({
    kind: 'keyed',
    name: 'hosts',
    capacity: 7,
    idleAfterMs: 60_000,
    policy: { kind: 'circuit-breaker', name: 'hosts' },
  })
})

test.each([
  ['capacity', 0],
  ['capacity', 1_000_001],
  ['idleAfter', 0],
  ['by', 'host'],
  ['isIdle', true],
  ['size', 5],
])('keyed: refuses %s of %s', (option, value) => {
  expect(() => keyed(() => bulkhead({ name: 'a' }), { name: 'x', [option]: value })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(`"${option}"`) }),
  )
})

test('keyed: refuses what makes no policies', () => {
  expect(() => keyed('host' as never, { name: 'x' })).toThrow(
    'Cannot configure keyed policy: "make" must be a function, received "host"',
  )
})

test('keyed: refuses policies that are not of this package', () => {
  const foreign = {
    kind: 'own',
    name: 'own',
    execute: () => Promise.reject(new Error()),
    describe: () => ({}),
  }
  expect(() => keyed(() => foreign, { name: 'x' })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', details: { name: 'x' } }),
  )
})
