import { expect, test } from 'vitest'
import { errorCode, manualClock, showValue } from 'seaworthy/core'
import { adaptiveLimit } from './adaptive/adaptive-limit.ts'
import { createReportBoard } from './breaker/report-board.ts'
import { circuitBreaker, circuitBreakerFactory } from './breaker/circuit-breaker.ts'
import { retryBudget } from './budget/retry-budget.ts'
import { bulkhead } from './bulkhead/bulkhead.ts'
import { pipeline } from './engine/pipeline.ts'
import type { Policy } from './engine/policy.ts'
import { constant, derive, recover } from './fallback/derived-fallback.ts'
import { fallbackChain } from './fallback/fallback-chain.ts'
import { fallback } from './fallback/fallback.ts'
import { lastGood } from './fallback/last-good.ts'
import { faultSwitch } from './faults/fault-switch.ts'
import { guard, guardCall } from './guard/guard.ts'
import { hedge } from './hedge/hedge.ts'
import { resilientFetch } from './http/resilient-fetch.ts'
import { undiciInterceptor } from './http/undici-interceptor.ts'
import { keyed } from './keyed/keyed.ts'
import { memorySharedLimit } from './rate-limit/memory-shared-limit.ts'
import { rateLimit } from './rate-limit/rate-limit.ts'
import { sharedRateLimit } from './rate-limit/shared-rate-limit.ts'
import { createRegistry } from './registry/registry.ts'
import { retry } from './retry/retry.ts'
import { clientThrottle } from './shedding/client-throttle.ts'
import { loadShedder } from './shedding/load-shedder.ts'
import { timeout } from './timeout/timeout.ts'

/** Something that takes options, whatever its types say. */
interface Taker {
  readonly make: (options: never) => unknown
  /** Options that are fine. */
  readonly fine: object
  /** What no check could refuse, by option. */
  readonly allowed?: Readonly<Record<string, readonly unknown[]>>
  /** Options that have options of their own, which are tested by themselves. */
  readonly nested?: readonly string[]
  /** Whether it takes something other than an object as well. */
  readonly takesMore?: boolean
}

const clock = manualClock()
const runtime = { clock }
const name = 'weather'
const line = pipeline([timeout()])
const noLine = pipeline([])
const work = async (): Promise<number> => 1
const store = memorySharedLimit(clock)

/** None of them is right for any option. */
const wrongValues = [null, -1, Number.NaN, Number.POSITIVE_INFINITY, 10n, Symbol('wrong'), {}] as const

function backoff(kind: string): Taker {
  return {
    make: (options) => retry({ backoff: options }),
    fine: { kind },
    allowed: { kind: wrongValues },
    takesMore: true,
  }
}

const takers: Readonly<Record<string, Taker>> = {
  timeout: { make: (options) => timeout(options), fine: {} },
  retry: { make: (options) => retry(options), fine: {} },
  'retry with constant delays': backoff('constant'),
  'retry with linear delays': backoff('linear'),
  'retry with exponential delays': backoff('exponential'),
  'retry with decorrelated delays': backoff('decorrelated'),
  circuitBreaker: { make: (options) => circuitBreaker(options), fine: { name }, nested: ['trip', 'shared'] },
  'circuitBreaker.reconfigure': {
    make: (options) => circuitBreaker({ name }, runtime).reconfigure(options),
    fine: {},
    nested: ['trip', 'shared'],
  },
  circuitBreakerFactory: {
    make: (options) => circuitBreakerFactory(options),
    fine: {},
    nested: ['trip', 'shared'],
  },
  'circuitBreaker that trips in a row': {
    make: (trip) => circuitBreaker({ name, trip }),
    fine: { kind: 'consecutive' },
  },
  'circuitBreaker on a count': { make: (trip) => circuitBreaker({ name, trip }), fine: { kind: 'count' } },
  'circuitBreaker on a time': { make: (trip) => circuitBreaker({ name, trip }), fine: { kind: 'time' } },
  'circuitBreaker that is shared': {
    make: (shared) => circuitBreaker({ name, shared }),
    fine: { reports: createReportBoard(clock).as('one') },
  },
  bulkhead: { make: (options) => bulkhead(options), fine: { name } },
  'bulkhead.reconfigure': { make: (options) => bulkhead({ name }, runtime).reconfigure(options), fine: {} },
  rateLimit: { make: (options) => rateLimit(options), fine: { name, limit: 1 }, nested: ['learn'] },
  'rateLimit.reconfigure': {
    make: (options) => rateLimit({ name, limit: 1 }, runtime).reconfigure(options),
    fine: {},
    nested: ['learn'],
  },
  'rateLimit that learns': {
    make: (learn) => rateLimit({ name, limit: 1, learn }),
    fine: {},
    takesMore: true,
  },
  sharedRateLimit: { make: (options) => sharedRateLimit(options), fine: { name, store, limit: 1 } },
  hedge: { make: (options) => hedge(options), fine: {}, nested: ['delay'] },
  'hedge at a quantile': { make: (delay) => hedge({ delay }), fine: { quantile: 0.9 }, takesMore: true },
  fallback: { make: (options) => fallback([], options), fine: {} },
  fallbackChain: { make: (options) => fallbackChain([], options), fine: { name }, nested: ['runtime'] },
  lastGood: { make: (options) => lastGood(options), fine: {} },
  derive: { make: (options) => derive('other', work, options), fine: {} },
  recover: { make: (options) => recover('other', work, options), fine: {} },
  guard: { make: (options) => guard(line, work, options), fine: {} },
  guardCall: { make: (options) => guardCall(line, work, options), fine: {} },
  keyed: { make: (options) => keyed((key) => bulkhead({ name: key }), options), fine: { name } },
  adaptiveLimit: { make: (options) => adaptiveLimit(options), fine: { name } },
  'adaptiveLimit.reconfigure': {
    make: (options) => adaptiveLimit({ name }, runtime).reconfigure(options),
    fine: {},
  },
  loadShedder: {
    make: (options) => loadShedder(options, runtime),
    fine: { name },
    nested: ['eventLoopDelay', 'inFlight'],
  },
  'loadShedder by delay': {
    make: (eventLoopDelay) => loadShedder({ name, eventLoopDelay }, runtime),
    fine: {},
  },
  'loadShedder by calls under way': {
    make: (inFlight) => loadShedder({ name, eventLoopDelay: false, inFlight }, runtime),
    fine: { start: 2, full: 4 },
  },
  clientThrottle: { make: (options) => clientThrottle(options), fine: { name } },
  retryBudget: { make: (options) => retryBudget(options), fine: {} },
  faultSwitch: {
    make: (options) => faultSwitch(options),
    fine: { name },
    allowed: { seed: [-1] },
    takesMore: true,
  },
  'faultSwitch with a latency': {
    make: (fault) => faultSwitch(name).set(fault),
    fine: { kind: 'latency', delay: 1 },
    takesMore: true,
  },
  'faultSwitch with an error': { make: (fault) => faultSwitch(name).add(fault), fine: { kind: 'error' } },
  'faultSwitch with a hang': { make: (fault) => faultSwitch(name).add(fault), fine: { kind: 'hang' } },
  resilientFetch: { make: (options) => resilientFetch(noLine, options), fine: {} },
  undiciInterceptor: { make: (options) => undiciInterceptor(noLine, options), fine: {} },
  createRegistry: { make: (options) => createRegistry(options), fine: {} },
}

const each = Object.entries(takers)
const noObjects = [null, 5, 'fast', [1], 10n, true] as const

function complaint(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    expect([errorCode(error), error]).toEqual(['ERR_INVALID_OPTION', expect.any(Error)])
    return (error as Error).message
  }
  return 'none'
}

function keysOf({ make, fine }: Taker): readonly string[] {
  const message = complaint(() => make({ ...fine, nobodyKnowsThis: 1 } as never))
  const keys = /"nobodyKnowsThis" must be one of (.+), received "an unknown option"$/.exec(message)?.[1]
  return keys?.split(', ') ?? []
}

test.each(each)('%s: takes options that are fine', (_what, { make, fine }) => {
  expect(complaint(() => make(fine as never))).toBe('none')
})

test.each(each)('%s: refuses what is no object, and says what it was', (_what, taker) => {
  for (const value of noObjects) {
    if (taker.takesMore === true && value !== null) continue
    const message = complaint(() => taker.make(value as never))
    expect(message).toMatch(/^Cannot configure .+ must be /)
    expect(message).toContain(`received ${showValue(value)}`)
  }
})

test.each(each)('%s: refuses an option that nobody knows, and names those there are', (_what, taker) => {
  expect(keysOf(taker)).not.toEqual([])
})

test.each(each)('%s: refuses a wrong value of each option, and names option and value', (_what, taker) => {
  const { make, fine, allowed = {}, nested = [] } = taker
  for (const key of keysOf(taker)) {
    for (const value of wrongValues) {
      if (allowed[key]?.includes(value) === true || (nested.includes(key) && isObject(value))) continue
      const message = complaint(() => make({ ...fine, [key]: value } as never))
      expect(message).toContain(`"${key}" must `)
      expect(message).toContain(`received ${showValue(value)}`)
    }
  }
})

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

test.each([
  ['retry', (budget: never) => retry({ budget })],
  ['hedge', (budget: never) => hedge({ budget })],
])('%s: refuses a budget that only looks like one', (_what, make) => {
  const { withdraw: _, ...most } = { ...methodsOf(retryBudget()) }
  const message = complaint(() => make(most as never))
  expect(message).toContain('"budget" must be a budget made by retryBudget, or left out, received {')
})

function methodsOf(budget: object): Record<string, unknown> {
  const methods = ['deposit', 'withdraw', 'refund', 'giveUpOn', 'hasGivenUpOn', 'describe', 'snapshot']
  return Object.fromEntries(methods.map((key) => [key, (budget as Record<string, unknown>)[key]]))
}

const runtimes: readonly (readonly [unknown, string])[] = [
  [null, '"options" must be an object, received null'],
  [5, '"options" must be an object, received 5'],
  [{ clock: null }, '"clock" must be a clock with now, wallTime and schedule, received null'],
  [{ clock: { now: () => 0 } }, '"clock" must be a clock with now, wallTime and schedule, received {}'],
  [{ random: {} }, '"random" must be random numbers with next, received {}'],
  [{ random: Math.random }, '"random" must be random numbers with next, received a function'],
]

const makers: Readonly<Record<string, (runtime: never) => unknown>> = {
  timeout: (wrong) => timeout({}, wrong),
  retry: (wrong) => retry({}, wrong),
  circuitBreaker: (wrong) => circuitBreaker({ name }, wrong),
  circuitBreakerFactory: (wrong) => circuitBreakerFactory({}, wrong),
  bulkhead: (wrong) => bulkhead({ name }, wrong),
  rateLimit: (wrong) => rateLimit({ name, limit: 1 }, wrong),
  sharedRateLimit: (wrong) => sharedRateLimit({ name, store, limit: 1 }, wrong),
  hedge: (wrong) => hedge({}, wrong),
  fallback: (wrong) => fallback([], {}, wrong),
  keyed: (wrong) => keyed((key) => bulkhead({ name: key }), { name }, wrong),
  adaptiveLimit: (wrong) => adaptiveLimit({ name }, wrong),
  loadShedder: (wrong) => loadShedder({ name }, wrong),
  clientThrottle: (wrong) => clientThrottle({ name }, wrong),
  retryBudget: (wrong) => retryBudget({}, wrong),
  faultSwitch: (wrong) => faultSwitch(name, wrong),
  resilientFetch: (wrong) => resilientFetch(noLine, {}, wrong),
  undiciInterceptor: (wrong) => undiciInterceptor(noLine, {}, wrong),
}

test.each(Object.entries(makers))('%s: refuses a runtime that would fail later', (_what, make) => {
  for (const [wrong, message] of runtimes) {
    expect(complaint(() => make(wrong as never))).toBe(`Cannot configure runtime: ${message}`)
  }
  expect(complaint(() => make({ clock, random: undefined, beside: 1 } as never))).toBe('none')
})

const notPipelines = [undefined, null, 5, {}, { execute: work }, { policies: [] }] as const

test.each([
  ['guard', (wrong: never) => guard(wrong, work)],
  ['guard', (wrong: never) => guardCall(wrong, work)],
  ['resilient fetch', (wrong: never) => resilientFetch(wrong)],
  ['undici interceptor', (wrong: never) => undiciInterceptor(wrong)],
])('%s: refuses what is no pipeline', (what, make) => {
  for (const wrong of notPipelines) {
    expect(complaint(() => make(wrong as never))).toBe(
      `Cannot configure ${what}: "pipeline" must be one made by pipeline, received ${showValue(wrong)}`,
    )
  }
})

test.each([
  ['guard', 'function', (wrong: never) => guard(line, wrong)],
  ['guard', 'function', (wrong: never) => guardCall(line, wrong)],
  ['keyed policy', 'make', (wrong: never) => keyed(wrong, { name })],
  ['fallback step', 'compute', (wrong: never) => derive('other', wrong)],
  ['fallback step', 'compute', (wrong: never) => recover('other', wrong)],
])('%s: refuses a "%s" that is none', (what, key, make) => {
  for (const wrong of [undefined, null, 5, {}, 'text']) {
    expect(complaint(() => make(wrong as never))).toBe(
      `Cannot configure ${what}: "${key}" must be a function, received ${showValue(wrong)}`,
    )
  }
})

test.each([
  ['fallback', (steps: never) => fallback(steps)],
  ['fallbackChain', (steps: never) => fallbackChain(steps, { name: 'fallback' })],
])('%s: refuses what is no list of steps', (_what, make) => {
  const step = constant('none', null)
  const wrong: readonly (readonly [unknown, string])[] = [
    [null, '"steps" must be a list of steps, received null'],
    [step, '"steps" must be a list of steps, received {"source":"none"}'],
    [[step, null], '"steps[1]" must be a step such as lastGood(), received null'],
    [[lastGood], '"steps[0]" must be a step such as lastGood(), received a function'],
    [[{ source: 'none' }], '"steps[0]" must be a step such as lastGood(), received {"source":"none"}'],
    [[{ start: work }], '"steps[0]" must be a step such as lastGood(), received {}'],
  ]
  for (const [steps, message] of wrong) {
    expect(complaint(() => make(steps as never))).toBe(`Cannot configure fallback "fallback": ${message}`)
  }
})

test.each([
  ['derive', (source: never) => derive(source, work)],
  ['recover', (source: never) => recover(source, work)],
  ['constant', (source: never) => constant(source, 1)],
])('%s: refuses a source without a name', (_what, make) => {
  for (const wrong of ['', undefined, 5, 'x'.repeat(201)]) {
    expect(complaint(() => make(wrong as never))).toBe(
      `Cannot configure fallback step: "name" must be text of 1 to 200 characters, received ${showValue(wrong)}`,
    )
  }
})

test.each([
  ['memorySharedLimit', (wrong: never) => memorySharedLimit(wrong)],
  ['createReportBoard', (wrong: never) => createReportBoard(wrong)],
])('%s: refuses what is no clock', (_what, make) => {
  expect(complaint(() => make(null as never))).toContain('"clock" must be a clock')
  expect(complaint(() => make({} as never))).toContain('"clock" must be a clock')
})

test('circuitBreaker: a wrong kind of trip is told all kinds there are', () => {
  for (const kind of [undefined, null, 'rate', 5, 'toString']) {
    expect(complaint(() => circuitBreaker({ name, trip: { kind } as never }))).toBe(
      `Cannot configure circuit breaker trip "weather": "kind" must be one of "consecutive", "count", "time", received ${showValue(kind)}`,
    )
  }
})

test('retry: a name that cannot be shown is refused like any other wrong one', () => {
  for (const wrong of [Symbol('x'), Object.create(null), 'x'.repeat(201), '']) {
    expect(complaint(() => retry({ name: wrong as never }))).toMatch(
      /^Cannot configure retry: "name" must be text/,
    )
  }
})

test('circuitBreaker, bulkhead, rateLimit, adaptiveLimit: changes that are refused change nothing', () => {
  const policies: readonly (Policy & { reconfigure(changes: never): void })[] = [
    circuitBreaker({ name }, runtime),
    bulkhead({ name }, runtime),
    rateLimit({ name, limit: 5 }, runtime),
    adaptiveLimit({ name }, runtime),
  ]
  for (const policy of policies) {
    const before = policy.describe()
    for (const wrong of [null, 5, { nobodyKnowsThis: 1 }]) {
      expect(complaint(() => policy.reconfigure(wrong as never))).toContain('Cannot configure')
    }
    expect(policy.describe()).toEqual(before)
  }
})

const registrations: Readonly<Record<string, readonly [string, (registry: never) => unknown]>> = {
  circuitBreaker: ['breakers', (registry) => circuitBreaker({ name }, runtime, registry)],
  bulkhead: ['bulkheads', (registry) => bulkhead({ name }, runtime, registry)],
  rateLimit: ['rateLimits', (registry) => rateLimit({ name, limit: 1 }, runtime, registry)],
  adaptiveLimit: ['adaptiveLimits', (registry) => adaptiveLimit({ name }, runtime, registry)],
  loadShedder: ['loadShedders', (registry) => loadShedder({ name }, { clock: manualClock() }, registry)],
  clientThrottle: ['clientThrottles', (registry) => clientThrottle({ name }, runtime, registry)],
  faultSwitch: ['faults', (registry) => faultSwitch(name, runtime, registry)],
}

test.each(Object.entries(registrations))('%s: refuses what is no registry for it', (_what, [table, make]) => {
  for (const wrong of [null, 5, {}, { [table]: {} }]) {
    const message = complaint(() => make(wrong as never))
    expect(message).toContain(`"registry" must be one with ${table}, received ${showValue(wrong)}`)
  }
})

test('loadShedder, circuitBreaker: one that cannot be entered leaves nothing running', () => {
  const own = manualClock()
  let stops = 0
  const monitor = { start: () => {}, stop: () => stops++ }
  expect(complaint(() => loadShedder({ name, monitor }, { clock: own }, {} as never))).toContain('"registry"')
  expect(stops).toBe(1)
  const board = createReportBoard(own)
  const other = board.as('other').join(name, { peersChanged: () => {} })
  const shared = { reports: board.as('one') }
  expect(complaint(() => circuitBreaker({ name, shared }, { clock: own }, {} as never))).toContain(
    '"registry"',
  )
  expect(other.peers()).toEqual([])
})
