import { manualClock, refusalChannel, seededRandom, type RefusalMessage } from 'seaworthy/core'
import { createRegistry, memorySharedLimit, type Registry } from 'seaworthy/resilience'
import { createMetrics, observeChannels, renderPrometheus } from 'seaworthy/telemetry'
import { expect, test } from 'vitest'
import type { DependencyOptions } from './dependency-options.ts'
import { dependency } from './dependency.ts'
import { runWithFaultRequest } from './fault-requests.ts'

/** A dependency whose calls end when and as told. */
function setUp(options: Partial<DependencyOptions> = {}, registry?: Registry) {
  const clock = manualClock()
  const runtime = { clock, random: seededRandom('declared') }
  const under: PromiseWithResolvers<string>[] = []
  const told = { hold: false, fail: undefined as unknown, calls: 0 }
  const api = dependency(
    {
      name: 'api',
      retry: false,
      timeout: '1m',
      deadline: '1m',
      ...options,
      call: () => {
        told.calls++
        if (told.fail !== undefined) return Promise.reject(told.fail)
        if (!told.hold) return Promise.resolve('live')
        const held = Promise.withResolvers<string>()
        under.push(held)
        return held.promise
      },
    },
    runtime,
    registry,
  )
  return { clock, runtime, told, under, api }
}

const kinds = (api: ReturnType<typeof setUp>['api']) =>
  api.describe().operations[0]?.policies.map((policy) => policy['kind'])

const overloaded = () => Object.assign(new Error('too much'), { status: 503 })

test('dependency: all policies that can be declared stand in the order of the policies', () => {
  const { api } = setUp({
    retry: {},
    hedge: {},
    rateLimit: { limit: 10 },
    shedding: {},
    adaptive: {},
  })
  expect(kinds(api)).toEqual([
    'timeout',
    'retry',
    'hedge',
    'rate-limit',
    'client-throttle',
    'circuit-breaker',
    'adaptive-limit',
    'timeout',
    'fault-switch',
  ])
  const described = api.describe()
  expect(structuredClone(described)).toEqual(described)
})

test('dependency: a declared rate limit refuses what is too much, for all operations together', async () => {
  const { clock, api } = setUp({ rateLimit: { limit: 2, interval: '10s', algorithm: 'sliding-window' } })
  const other = api.operation('other', { call: () => Promise.resolve('other') })
  await api()
  await other()
  await expect(api()).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED', retryAfterMs: 10_000 })
  expect(api.snapshot().rateLimit).toMatchObject({ name: 'api', available: 0, refused: 1 })
  expect(api.status().state).toBe('up')
  await clock.advance(10_000)
  expect((await api()).value).toBe('live')
})

test('dependency: a call says what it costs and whose it is', async () => {
  const { api } = setUp({ rateLimit: { limit: 3, interval: '10s', keys: 10 } })
  await api.with({ key: 'a', cost: 3 })()
  await expect(api.with({ key: 'a' })()).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED' })
  expect((await api.with({ key: 'b' })()).value).toBe('live')
})

test('dependency: a rate limit with a store is kept together by all who share it', async () => {
  const clock = manualClock()
  const runtime = { clock, random: seededRandom('shared') }
  const store = memorySharedLimit(clock)
  const registry = createRegistry()
  const process = (its?: Registry) =>
    dependency(
      {
        name: 'api',
        retry: false,
        rateLimit: { limit: 1, interval: '10s', store },
        call: () => Promise.resolve(1),
      },
      runtime,
      its,
    )
  const [here, there] = [process(registry), process()]
  expect((await here()).value).toBe(1)
  await expect(there()).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED' })
  expect(registry.snapshot()).toMatchObject({
    sharedRateLimits: [{ name: 'api', limit: 1, isReachable: true }],
    rateLimits: [],
  })
})

test('dependency: a declared hedge answers with the faster attempt, and its operation may do without', async () => {
  const { clock, told, under, api } = setUp({ hedge: { delay: '50ms' } })
  const write = api.operation('write', { call: () => Promise.resolve('written'), hedge: false })
  told.hold = true
  const answer = api()
  await clock.advance(50)
  expect(told.calls).toBe(2)
  under[1]?.resolve('second')
  expect((await answer).value).toBe('second')
  expect(api.snapshot().hedges).toEqual([
    expect.objectContaining({ name: 'api.call', delayMs: 50, started: 1, won: 1 }),
  ])
  await write()
  expect(api.describe().operations[1]?.policies.some(({ kind }) => kind === 'hedge')).toBe(false)
})

test('dependency: retries and hedges of all operations draw on one budget', async () => {
  const { clock, told, under, api } = setUp({
    retry: { attempts: 3, baseDelay: 0, maxDelay: 0 },
    hedge: { delay: '50ms' },
    budget: { capacity: 2, minimumPerSecond: 0.01, share: 0 },
    breaker: false,
  })
  const refusals: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => refusals.push(message))
  told.hold = true
  const hedged = api()
  await clock.advance(50)
  under[0]?.resolve('first')
  await hedged
  expect(api.snapshot().budget).toMatchObject({ name: 'api', balance: 1, granted: 1 })

  const fails = api.operation('fails', { call: () => Promise.reject(new Error('down')), hedge: false })
  const failing = expect(fails()).rejects.toThrow('down')
  await clock.advance(10)
  await failing
  expect(api.snapshot().budget).toMatchObject({ balance: 0, granted: 2, refused: 1 })
  expect(refusals).toMatchObject([{ name: 'api', reason: 'retry-budget-exhausted' }])
})

test('dependency: without a budget retries are not limited, and a retry may bring its own', async () => {
  const none = setUp({ budget: false, retry: {} })
  expect(none.api.snapshot().budget).toBeUndefined()
  const described = setUp({ retry: {} }).api.describe().operations[0]?.policies
  expect(described?.find(({ kind }) => kind === 'retry')).toMatchObject({ budget: { name: 'api' } })
})

test('dependency: an adaptive limit stands in place of the bulkhead', async () => {
  const { told, under, api } = setUp({ adaptive: { initial: 1, max: 4 } })
  told.hold = true
  const first = api()
  await Promise.resolve()
  await expect(api()).rejects.toMatchObject({ code: 'ERR_CONCURRENCY_LIMIT' })
  expect(api.snapshot()).toMatchObject({
    bulkhead: undefined,
    adaptive: { name: 'api', limit: 1, active: 1, refused: 1 },
  })
  under[0]?.resolve('first')
  expect((await first).value).toBe('first')
})

test('dependency: shedding holds calls back while most are refused, which impairs it', async () => {
  const { clock, told, api } = setUp({ shedding: { callsMin: 4, window: '10s' }, breaker: false })
  told.fail = overloaded()
  const ends: unknown[] = []
  for (let call = 0; call < 40; call++) {
    await api().catch((error: unknown) => ends.push((error as { code?: string }).code))
  }
  expect(ends).toContain('ERR_CLIENT_THROTTLED')
  expect(told.calls).toBeLessThan(40)
  expect(api.snapshot().shedding?.share).toBeGreaterThan(0.5)
  told.fail = undefined
  expect(api.status()).toMatchObject({
    state: 'impaired',
    reason: 'it refused much of late, so a part of the calls is held back',
  })
  await clock.advance(10_000)
  await api()
  expect(api.status().state).toBe('up')
})

test('dependency: what is declared stands in the registry, and nothing else does', () => {
  const registry = createRegistry()
  setUp({ hedge: {}, rateLimit: { limit: 5 }, shedding: {}, adaptive: {} }, registry)
  const names = Object.entries(registry.snapshot()).map(
    ([kind, entries]) => [kind, (entries as { name: string }[]).map(({ name }) => name)] as const,
  )
  expect(Object.fromEntries(names)).toEqual({
    breakers: ['api'],
    bulkheads: [],
    adaptiveLimits: ['api'],
    rateLimits: ['api'],
    sharedRateLimits: [],
    clientThrottles: ['api'],
    loadShedders: [],
    retryBudgets: ['api'],
    hedges: ['api.call'],
    faults: ['api'],
  })
  expect(() => setUp({}, registry)).toThrow(expect.objectContaining({ code: 'ERR_REGISTRY_NAME_TAKEN' }))
})

test('dependency: refusals and hedges of declared policies are counted under its name', async () => {
  const metrics = createMetrics()
  const stop = observeChannels(metrics)
  const limited = setUp({ rateLimit: { limit: 1, interval: '1m' }, hedge: { delay: '5ms' }, budget: false })
  limited.told.hold = true
  const first = limited.api()
  // The attempt beside it meets the limit.
  await limited.clock.advance(5)
  limited.under[0]?.resolve('first')
  await first
  await expect(limited.api()).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED' })
  stop()
  const lines = renderPrometheus(metrics).split('\n')
  expect(lines).toContain('seaworthy_hedges_total{name="api.call"} 1')
  expect(lines).toContain('seaworthy_refusals_total{name="api",reason="rate-exceeded"} 2')
})

test.each([
  [{ rateLimit: {} }, 'Cannot configure rate limit "api": "limit" must be a whole number'],
  [{ rateLimit: { limit: 1, store: {} } }, '"store" must be a store with reserve, giveBack and pause'],
  [{ rateLimit: true }, '"rateLimit" must be an object of settings, or false'],
  [{ hedge: { max: 9 } }, 'Cannot configure hedge "api.call": "max" must be a whole number from 1 to 5'],
  [{ budget: { share: 2 } }, 'Cannot configure retry budget "api": "share" must be'],
  [{ shedding: { multiplier: 0 } }, 'Cannot configure client throttle "api": "multiplier" must be'],
  [{ adaptive: { min: 5, max: 2 } }, 'Cannot configure adaptive limit "api": "max" must be at least "min"'],
  [{ adaptive: {}, bulkhead: {} }, '"bulkhead" must be left out or false where "adaptive" is given'],
  [{ faultRequests: 'yes' }, '"faultRequests" must be'],
])('dependency: %o is refused and named', (options, complaint) => {
  expect(() => setUp(options as Partial<DependencyOptions>)).toThrow(complaint)
})

test('dependency: an adaptive limit goes with a bulkhead that was declared away', () => {
  expect(kinds(setUp({ adaptive: {}, bulkhead: false }).api)).not.toContain('bulkhead')
})

test('dependency: work that asks for faults meets them where that was declared, and nowhere else', async () => {
  const open = setUp({ faultRequests: true })
  const closed = setUp()
  const ask = (text: string) =>
    runWithFaultRequest(text, () => Promise.allSettled([open.api(), closed.api()]))
  const [met, ignored] = await ask('error=ECONNRESET')
  expect(met).toMatchObject({ status: 'rejected', reason: { code: 'ECONNRESET' } })
  expect(ignored).toMatchObject({ status: 'fulfilled', value: { value: 'live' } })
  const [elsewhere] = await ask('mail:error')
  expect(elsewhere).toMatchObject({ status: 'fulfilled' })
  expect((await open.api()).value).toBe('live')
  expect(open.api.snapshot().faults.injected).toBe(1)
  expect(() => runWithFaultRequest('explode', () => 'never')).toThrow(
    expect.objectContaining({ code: 'ERR_FAULT_REQUEST_INVALID' }),
  )
})
