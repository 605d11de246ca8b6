import { expect, test } from 'vitest'
import { manualClock, refusalChannel, seededRandom, type RefusalMessage } from 'seaworthy/core'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { pipeline } from '../engine/pipeline.ts'
import { timeout } from '../timeout/timeout.ts'
import type { DelayMonitor } from './delay-monitor.ts'
import { loadShedder } from './load-shedder.ts'
import type { LoadShedderOptions } from './load-shedder-options.ts'

/** A monitor that tells what the test wants. */
class TestMonitor implements DelayMonitor {
  tell: ((delayMs: number) => void) | undefined
  stops = 0

  start(onDelay: (delayMs: number) => void): void {
    this.tell = onDelay
  }

  stop(): void {
    this.stops++
  }
}

function setUp(options: Partial<LoadShedderOptions> = {}) {
  const monitor = new TestMonitor()
  const chance = { next: () => 0.5 }
  const clock = manualClock()
  const band = { start: 100, stop: 80, full: 180 }
  const shedder = loadShedder(
    { name: 'api', eventLoopDelay: band, monitor, ...options },
    { clock, random: { next: () => chance.next() } },
  )
  const line = pipeline([shedder])
  const admitted = (): readonly number[] => [0, 1, 5, 9].filter((priority) => shedder.admits(priority))
  return { clock, monitor, chance, shedder, line, admitted }
}

test('loadShedder: sheds the lowest first as the event loop gets later, and lets them in again below the stop', () => {
  const { monitor, shedder, admitted } = setUp()
  const shows = (delayMs: number): readonly number[] => {
    monitor.tell?.(delayMs)
    return admitted()
  }
  expect(shows(99)).toEqual([0, 1, 5, 9])
  // A pressure of 0.2: priorities 0 and 1 are shed.
  expect(shows(100)).toEqual([5, 9])
  expect(shows(140)).toEqual([9])
  expect(shows(180)).toEqual([])
  expect(shedder.snapshot()).toEqual({
    name: 'api',
    pressure: 1,
    eventLoopDelayMs: 180,
    inFlight: 0,
    refused: 9,
  })
  expect(shows(99)).toEqual([5, 9])
  expect(shows(80)).toEqual([0, 1, 5, 9])
  expect(shows(99)).toEqual([0, 1, 5, 9])
})

test('loadShedder: within the part of a priority, chance decides', () => {
  const { monitor, chance, shedder } = setUp()
  // A pressure of 0.55: half of priority 5.
  monitor.tell?.(135)
  chance.next = () => 0.49
  expect(shedder.admits(5)).toBe(false)
  chance.next = () => 0.5
  expect(shedder.admits(5)).toBe(true)
  const random = seededRandom('shedding')
  chance.next = () => random.next()
  const admitted = Array.from({ length: 2_000 }, () => shedder.admits()).filter(Boolean).length
  expect(admitted / 2_000).toBeCloseTo(0.5, 1)
})

test('loadShedder: chance is not asked where all or none is shed', () => {
  const { monitor, chance, shedder } = setUp()
  monitor.tell?.(135)
  chance.next = () => {
    throw new Error('not needed')
  }
  expect([shedder.admits('optional'), shedder.admits('critical')]).toEqual([false, true])
})

test('loadShedder: a refusal carries when to come again, is published, and moves no breaker around it', async () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { clock, monitor, shedder } = setUp({ retryAfter: '3s' })
  const breaker = circuitBreaker({ name: 'api', trip: { kind: 'consecutive', failures: 1 } }, { clock })
  const line = pipeline([breaker, shedder])
  monitor.tell?.(160)
  await expect(line.execute(async () => 1, { priority: 1 })).rejects.toMatchObject({
    code: 'ERR_LOAD_SHED',
    status: 503,
    retryAfterMs: 3_000,
    message: 'Cannot call "api": calls of priority 1 must find less load, it is at 80 %',
    details: { name: 'api', priority: 1, pressure: 0.8 },
  })
  expect(messages).toEqual([{ name: 'api', reason: 'load-shed', retryAfterMs: 3_000 }])
  expect(breaker.state).toBe('closed')
  expect(await line.execute(async () => 1, { priority: 9 })).toBe(1)
})

test.each<readonly [LoadShedderOptions['spare'], readonly number[]]>([
  ['critical', [9]],
  [9, [9]],
  [5, [5, 9]],
  [0, [0, 1, 5, 9]],
])('loadShedder: what is spared, from %s, is never shed', (spare, expected) => {
  const { monitor, admitted } = setUp(spare === undefined ? {} : { spare })
  monitor.tell?.(10_000)
  expect(admitted()).toEqual(expected)
})

test('loadShedder: sheds by calls under way, which are counted until their work has ended', async () => {
  const { clock, shedder } = setUp({ eventLoopDelay: false, inFlight: { start: 3, stop: 2, full: 7 } })
  const line = pipeline([shedder, timeout({ limit: 100 }, { clock })])
  const end = Promise.withResolvers<void>()
  const first = line.outcome(() => end.promise)
  expect(shedder.admits(0)).toBe(true)
  const second = line.outcome(() => end.promise)
  expect(shedder.snapshot()).toMatchObject({ inFlight: 2, pressure: 0 })
  // The third would make it 3 of 2 to 7: a pressure of 0.2.
  expect([shedder.admits(1), shedder.admits(2)]).toEqual([false, true])
  await clock.advance(100)
  expect([await first, await second].every((outcome) => !outcome.ok)).toBe(true)
  expect(shedder.snapshot().inFlight).toBe(2)
  end.resolve()
  await clock.settle()
  expect(shedder.snapshot().inFlight).toBe(0)
  expect(shedder.admits(0)).toBe(true)
  expect(shedder.snapshot().pressure).toBe(0)
})

test('loadShedder: calls count however they end', async () => {
  const { clock, line, shedder } = setUp({ eventLoopDelay: false, inFlight: { start: 50, full: 100 } })
  const controller = new AbortController()
  const given = Promise.withResolvers<void>()
  await line.execute(async () => 1)
  await line.outcome(() => Promise.reject(new Error('down')))
  const left = line.outcome(() => given.promise, { signal: controller.signal })
  expect(shedder.snapshot().inFlight).toBe(1)
  controller.abort(new Error('left'))
  await left
  expect(shedder.snapshot().inFlight).toBe(1)
  given.resolve()
  await clock.settle()
  expect(shedder.snapshot().inFlight).toBe(0)
})

test('loadShedder: the measure that presses more counts', () => {
  const { monitor, shedder } = setUp({ inFlight: { start: 2, stop: 1, full: 4 } })
  monitor.tell?.(100)
  shedder.admits()
  expect(shedder.snapshot().pressure).toBeCloseTo(0.2, 12)
  monitor.tell?.(0)
  expect(shedder.snapshot().pressure).toBe(0)
})

test('loadShedder: measuring stops when it is closed, and does not press any more', () => {
  const { monitor, shedder } = setUp()
  monitor.tell?.(180)
  expect(shedder.admits('critical')).toBe(false)
  shedder.close()
  expect(shedder.admits(0)).toBe(true)
  expect(monitor.stops).toBe(1)
  expect(shedder.snapshot()).toMatchObject({ pressure: 0, eventLoopDelayMs: 0 })
  shedder[Symbol.dispose]()
  expect(monitor.stops).toBe(2)
})

test('loadShedder: measures this process by itself, and leaves nothing behind', () => {
  const clock = manualClock()
  {
    using shedder = loadShedder({ name: 'api' }, { clock })
    expect(shedder.describe()).toEqual({
      kind: 'load-shedder',
      name: 'api',
      eventLoopDelayMs: { start: 70, stop: 56, full: 350 },
    })
    expect(clock.pending).toBe(1)
  }
  expect(clock.pending).toBe(0)
})

test('loadShedder: without the delay, nothing is measured', () => {
  const { monitor, shedder } = setUp({ eventLoopDelay: false, inFlight: { start: 10, full: 20 } })
  expect(monitor.tell).toBeUndefined()
  expect(shedder.describe()).toEqual({
    kind: 'load-shedder',
    name: 'api',
    inFlight: { start: 10, stop: 8, full: 20 },
  })
  shedder.close()
  expect(monitor.stops).toBe(0)
})

test.each<readonly [Partial<LoadShedderOptions>, string]>([
  [{ eventLoopDelay: false }, '"inFlight" must be given where "eventLoopDelay" is false'],
  [{ eventLoopDelay: { start: 10, stop: 10 } }, '"stop" must be less than "start", 10, received 10'],
  [{ eventLoopDelay: { start: 10, full: 10 } }, '"full" must be more than "start", 10, received 10'],
  [{ inFlight: { start: 10, stop: 11, full: 20 } }, '"stop" must be less than "start", 10, received 11'],
  [{ inFlight: { start: 10, full: 9 } }, '"full" must be more than "start", 10, received 9'],
  [{ eventLoopDelay: true as unknown as false }, '"eventLoopDelay" must be an object'],
  [{ eventLoopDelay: [] as unknown as false }, '"eventLoopDelay" must be an object'],
  [{ eventLoopDelay: null as unknown as false }, '"eventLoopDelay" must be an object'],
  [{ spare: 'vital' as 'critical' }, '"spare" must be "optional", "important", "critical" or a whole number'],
  [{ spare: 10 }, '"spare" must be'],
  [{ spare: -1 }, '"spare" must be'],
  [{ spare: 1.5 }, '"spare" must be'],
])('loadShedder: refuses %j', (options, message) => {
  expect(() => setUp(options)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(message) }),
  )
})
