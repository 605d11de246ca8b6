import { callChannel, manualClock, seededRandom, type CallMessage } from 'seaworthy/core'
import { constant, derive, lastGood, type Answer } from 'seaworthy/resilience'
import { runWithContext } from 'seaworthy/telemetry'
import { expect, expectTypeOf, test } from 'vitest'
import { dependency } from './dependency.ts'
import { currentScope, runInScope, ScopeRecorder } from './scope.ts'
import { worstLevel } from './service-level.ts'

interface Place {
  readonly name: string
}
interface Weather {
  readonly rainMm: number
}

function setup() {
  const clock = manualClock()
  const control = { fail: false, hang: false, calls: 0, probeFails: false }
  const runtime = { clock, random: seededRandom('dependency') }
  const weather = dependency(
    {
      name: 'weather',
      importance: 'optional',
      timeout: '1s',
      deadline: '3s',
      retry: { attempts: 2, baseDelay: '10ms' },
      breaker: { trip: { kind: 'consecutive', failures: 4 }, openFor: '60s' },
      probe: {
        every: '10s',
        call: () => (control.probeFails ? Promise.reject(new Error('no')) : Promise.resolve()),
      },
      call: ({ signal }, place: Place): Promise<Weather> => {
        control.calls++
        if (control.hang)
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        return control.fail
          ? Promise.reject(new Error('down'))
          : Promise.resolve({ rainMm: place.name.length })
      },
      fallback: [
        lastGood({ maxAge: '1h' }),
        derive('normals', (place: Place) => ({ rainMm: place.name.length * 10 })),
        constant('none', null),
      ],
    },
    runtime,
  )
  return { clock, control, weather }
}

async function settled<T>(
  clock: ReturnType<typeof manualClock>,
  promise: Promise<T>,
  ms = 5_000,
): Promise<T> {
  promise.catch(() => {})
  await clock.advance(ms)
  return await promise
}

const place = { name: 'Pier' }

test('dependency: keeps the arguments of the call and joins the types of value and source', () => {
  const { weather } = setup()
  expectTypeOf(weather).parameters.toEqualTypeOf<[Place]>()
  expectTypeOf<Awaited<ReturnType<typeof weather>>>().toEqualTypeOf<
    Answer<Weather | { rainMm: number } | null, 'last-good' | 'normals' | 'none'>
  >()
})

test('dependency: a live answer says so', async () => {
  const { clock, weather } = setup()
  expect(await weather(place)).toMatchObject({
    value: { rainMm: 4 },
    source: 'live',
    asOf: new Date(clock.wallTime()),
  })
  expect(weather.status()).toMatchObject({ state: 'up', reason: '' })
})

test('dependency: falls back in order and names the source and the age', async () => {
  const { clock, control, weather } = setup()
  const live = await weather(place)
  control.fail = true
  expect(await settled(clock, weather(place), 1_000)).toMatchObject({ source: 'last-good', asOf: live.asOf })
  expect(await settled(clock, weather({ name: 'Inland' }), 1_000)).toMatchObject({
    source: 'normals',
    value: { rainMm: 60 },
  })
})

test('dependency: a call that hangs is answered within the declared deadline', async () => {
  const { clock, control, weather } = setup()
  control.hang = true
  const startedAt = clock.now()
  let endedAt = Number.NaN
  const answer = weather(place).then((value) => {
    endedAt = clock.now()
    return value
  })
  expect(await settled(clock, answer)).toMatchObject({ source: 'normals' })
  expect(endedAt - startedAt).toBeLessThanOrEqual(3_000)
})

test('dependency: an open breaker is down, and a passing probe brings it back without a caller', async () => {
  const { clock, control, weather } = setup()
  control.fail = true
  for (let i = 0; i < 4; i++) await settled(clock, weather(place), 200)
  expect(weather.status()).toMatchObject({ state: 'down', breaker: 'open' })
  const calls = control.calls
  await weather(place)
  expect(control.calls).toBe(calls)
  control.fail = false
  expect(await weather.probe()).toBe(true)
  expect(weather.status()).toMatchObject({ state: 'up', breaker: 'closed' })
})

test('dependency: two failed probes are down, one good one is up', async () => {
  const { control, weather } = setup()
  control.probeFails = true
  expect(await weather.probe()).toBe(false)
  expect(weather.status().state).toBe('impaired')
  await weather.probe()
  expect(weather.status()).toMatchObject({ state: 'down', reason: '2 health probes in a row failed' })
  control.probeFails = false
  await weather.probe()
  expect(weather.status().state).toBe('up')
})

test('dependency: a passing probe does not lift what an operator holds open', async () => {
  const { weather } = setup()
  weather.forceOpen('maintenance')
  await weather.probe()
  expect(weather.status()).toMatchObject({ state: 'down', breaker: 'forced-open' })
  expect((await weather(place)).source).toBe('normals')
  weather.forceClosed()
  expect((await weather(place)).source).toBe('live')
  weather.reset()
  expect(weather.status().breaker).toBe('closed')
})

test('dependency: the fault switch breaks calls and probes until cleared', async () => {
  const { clock, weather } = setup()
  weather.setFault({ kind: 'error' })
  expect(await settled(clock, weather(place), 1_000)).toMatchObject({ source: 'normals' })
  expect(await weather.probe()).toBe(false)
  expect(weather.status().fault).toMatchObject({ kind: 'error' })
  weather.clearFault()
  expect(await weather(place)).toMatchObject({ source: 'live' })
})

test('dependency: the abort of the caller is thrown, not answered, and is no evidence', async () => {
  const { clock, control, weather } = setup()
  control.hang = true
  const controller = new AbortController()
  const reason = new Error('gone')
  const answer = weather.with({ signal: controller.signal })(place)
  answer.catch(() => {})
  await clock.settle()
  controller.abort(reason)
  await expect(answer).rejects.toBe(reason)
  expect(weather.status().state).toBe('unknown')
})

test('dependency: provenance reaches the scope of the work, with the time trouble began', async () => {
  const { clock, control, weather } = setup()
  const recorder = new ScopeRecorder('recommend', (sources) =>
    worstLevel(sources.map(() => 'degraded' as const)),
  )
  control.fail = true
  await runInScope(recorder, async () => {
    expect(currentScope()).toBe(recorder)
    await settled(clock, weather(place), 1_000)
  })
  expect(recorder.sources()).toMatchObject([
    { dependency: 'weather', operation: 'call', source: 'normals', degraded: true },
  ])
  const since = recorder.sources()[0]?.unavailableSince
  await clock.advance(30_000)
  await runInScope(recorder, () => settled(clock, weather(place), 1_000))
  expect(recorder.sources()[0]?.unavailableSince).toEqual(since)
  expect(since?.getTime()).toBeLessThan(clock.wallTime() - 30_000)
  control.fail = false
  await weather.probe()
  await runInScope(recorder, () => weather(place))
  expect(recorder.sources()[0]).toMatchObject({ source: 'live', unavailableSince: undefined })
})

test('dependency: the correlation ID and trace go on to the call', async () => {
  const seen: Record<string, string>[] = []
  const echo = dependency({
    name: 'echo',
    call: ({ headers }) => {
      seen.push({ ...headers })
      return Promise.resolve()
    },
  })
  const context = { correlationId: 'abc', traceId: '1'.repeat(32), spanId: '2'.repeat(16), sampled: true }
  await runWithContext(context, () => echo())
  expect(seen[0]?.['x-correlation-id']).toBe('abc')
  expect(seen[0]?.['traceparent']).toContain('1'.repeat(32))
})

test('dependency: publishes each call with its attempts and source', async () => {
  const { clock, control, weather } = setup()
  const messages: CallMessage[] = []
  using _ = callChannel.subscribe((message) => messages.push(message))
  control.fail = true
  await settled(clock, weather(place), 1_000)
  expect(messages).toMatchObject([
    { dependency: 'weather', operation: 'call', outcome: 'failed', attempts: 2, source: 'normals' },
  ])
})

test('dependency: operations share the breaker and have fallbacks of their own', async () => {
  const square = dependency({
    name: 'square',
    retry: false,
    breaker: { trip: { kind: 'consecutive', failures: 1 } },
  })
  const orders = square.operation('orders', { call: () => Promise.reject<string>(new Error('down')) })
  const catalogue = square.operation('catalogue', {
    call: () => Promise.resolve('live'),
    fallback: [constant('stored', 'stored')],
  })
  expect(square.hasFallback).toBe(false)
  await expect(orders()).rejects.toThrow('down')
  expect(await catalogue()).toMatchObject({ source: 'stored' })
  await expect(orders()).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  expect(() => square.operation('orders', { call: () => Promise.resolve() })).toThrow('this one is taken')
})

test('dependency: refuses a declaration that is not valid, and names it', () => {
  expect(() => dependency({ name: 'x', timeout: '2 s' as '2s' })).toThrow(
    'Cannot configure dependency "x": "timeout" must be a duration',
  )
  expect(() => dependency({ name: 'x', retries: 3 } as { name: string })).toThrow('unknown option')
})

test('describe: the declaration is plain data', () => {
  const { weather } = setup()
  const described = weather.describe()
  expect(structuredClone(described)).toEqual(described)
  expect(described.operations[0]?.fallback).toEqual(['last-good', 'normals', 'none'])
  expect(described.operations[0]?.policies.map((policy) => policy['kind'])).toEqual([
    'timeout',
    'retry',
    'circuit-breaker',
    'bulkhead',
    'timeout',
    'fault-switch',
  ])
})
