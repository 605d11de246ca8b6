import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { Clock } from './clock.ts'
import { coarseClockOf, TickingClock, type Moment } from './coarse-clock.ts'
import { manualClock } from './manual-clock.ts'

const tickMs = 5
const copyReadsMax = 256

/** A clock whose time goes on without its timers, as while the event loop is held up, until they are let run. */
class HeldClock implements Clock {
  nowMs = 0
  wallOffsetMs = 1_000_000
  timers: { readonly atMs: number; readonly callback: () => void }[] = []

  now(): number {
    return this.nowMs
  }

  wallTime(): number {
    return this.nowMs + this.wallOffsetMs
  }

  get isOverdue(): boolean {
    return this.timers.some(({ atMs }) => atMs <= this.nowMs)
  }

  schedule(delayMs: number, callback: () => void) {
    this.timers.push({ atMs: this.nowMs + delayMs, callback })
    const cancel = (): never => {
      throw new Error('a tick is never cancelled')
    }
    return { cancel, [Symbol.dispose]: cancel }
  }

  letTimersRun(): void {
    const due = this.timers.filter(({ atMs }) => atMs <= this.nowMs)
    this.timers = this.timers.filter(({ atMs }) => atMs > this.nowMs)
    for (const { callback } of due) callback()
  }

  /** Time goes on, and the event loop with it. */
  pass(ms: number): void {
    this.nowMs += ms
    this.letTimersRun()
  }
}

function setUp() {
  const clock = new HeldClock()
  return { clock, coarse: new TickingClock(clock) }
}

function readOften(coarse: TickingClock, times: number): void {
  for (let read = 0; read < times; read++) coarse.now()
}

test('TickingClock: a few reads in a tick are exact and make no timer', () => {
  const { clock, coarse } = setUp()
  for (let tick = 0; tick < 10; tick++) {
    for (let read = 0; read < 31; read++) {
      expect(coarse.now()).toBe(clock.nowMs)
      if (read < 16) clock.pass(tickMs / 16)
    }
  }
  expect([coarse.isCopy, clock.timers.length]).toEqual([false, 0])
})

test('TickingClock: the 32nd read in a tick makes a copy, which one timer renews and which ends when reads are few', () => {
  const { clock, coarse } = setUp()
  readOften(coarse, 31)
  expect([coarse.isCopy, clock.timers.length]).toEqual([false, 0])
  expect(coarse.now()).toBe(0)
  expect([coarse.isCopy, clock.timers.length]).toEqual([true, 1])
  const { moment } = coarse
  expect(moment).toEqual({ nowMs: 0, wallMs: 1_000_000 })
  expect(Object.isFrozen(moment)).toBe(true)

  clock.pass(3)
  readOften(coarse, 32)
  expect([coarse.now(), coarse.wallTime()]).toEqual([0, 1_000_000])
  expect(coarse.moment).toBe(moment)
  clock.pass(2)
  expect(coarse.moment).toEqual({ nowMs: 5, wallMs: 1_000_005 })
  expect([coarse.isCopy, clock.timers.length]).toEqual([true, 1])

  clock.pass(4)
  readOften(coarse, 31)
  expect(coarse.now()).toBe(5)
  clock.pass(1)
  expect(coarse.isCopy).toBe(true)
  readOften(coarse, 31)
  clock.pass(5)
  expect([coarse.isCopy, clock.timers.length]).toEqual([false, 0])
  clock.pass(0.5)
  expect([coarse.now(), coarse.wallTime()]).toEqual([15.5, 1_000_015.5])
})

test('TickingClock: of 256 reads of one copy the last is exact, and renews it', () => {
  const { clock, coarse } = setUp()
  readOften(coarse, 32)
  clock.nowMs = 100
  for (let read = 1; read < copyReadsMax; read++) expect(coarse.now()).toBe(0)
  expect(coarse.now()).toBe(100)
  expect(coarse.moment.nowMs).toBe(100)
  clock.nowMs = 200
  expect(coarse.now()).toBe(100)
  for (let read = 2; read < copyReadsMax; read++) expect(coarse.wallTime()).toBe(1_000_100)
  expect(coarse.wallTime()).toBe(1_000_200)
})

test('TickingClock: reads that were left out keep the copy, and reads of the wall time too', () => {
  const { clock, coarse } = setUp()
  readOften(coarse, 32)
  coarse.countReads(32)
  clock.pass(tickMs)
  expect(coarse.isCopy).toBe(true)
  for (let read = 0; read < 32; read++) coarse.wallTime()
  clock.pass(tickMs)
  expect(coarse.isCopy).toBe(true)
  coarse.onRenewal(() => coarse.countReads(32))
  clock.pass(tickMs)
  expect(coarse.isCopy).toBe(true)
  clock.pass(tickMs)
  expect(coarse.isCopy).toBe(false)
})

test('TickingClock: who waits for a renewal is told once, with the exact time, even when others throw', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { clock, coarse } = setUp()
  readOften(coarse, 32)
  const told: number[] = []
  coarse.onRenewal((nowMs) => told.push(nowMs))
  coarse.onRenewal(() => {
    throw new Error('broken')
  })
  coarse.onRenewal((nowMs) => told.push(nowMs))
  readOften(coarse, 32)
  clock.pass(5.25)
  expect(told).toEqual([5.25, 5.25])
  expect(warned).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ name: 'SeaworthyListenerWarning', message: 'broken' }),
  )
  // The one that threw has not stopped the clock.
  expect([coarse.isCopy, clock.timers.length]).toEqual([true, 1])
  clock.pass(5)
  expect(told).toEqual([5.25, 5.25])
  warned.mockRestore()
})

test('TickingClock: who begins to wait in the last renewal of a copy is told as well', () => {
  const { clock, coarse } = setUp()
  readOften(coarse, 32)
  const told: number[] = []
  coarse.onRenewal(() => {
    expect(coarse.isCopy).toBe(true)
    coarse.onRenewal((nowMs) => told.push(nowMs))
  })
  clock.pass(tickMs)
  expect(told).toEqual([])
  clock.pass(tickMs)
  expect(told).toEqual([10])
  expect([coarse.isCopy, clock.timers.length]).toEqual([false, 0])
})

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('read' as const), value: fc.nat(300) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('readWall' as const), value: fc.nat(300) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('pass' as const), value: fc.nat(24) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('hold' as const), value: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('await' as const), value: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('count' as const), value: fc.nat(40) }) },
)

/** A ticking clock that is used at random, and what must hold of it at each read. */
class Trial {
  readonly clock = new HeldClock()
  readonly #coarse = new TickingClock(this.clock)
  #latestMs = 0
  #staleReads = 0
  #moment: Moment = this.#coarse.moment
  #awaited = 0
  #told = 0

  read(times: number): void {
    const wrong: object[] = []
    for (let read = 0; read < times; read++) {
      const wasCopy = this.#coarse.isCopy
      const nowMs = this.#coarse.now()
      const lagMs = this.clock.nowMs - nowMs
      this.#staleReads = lagMs === 0 ? 0 : this.#staleReads + 1
      const isRight =
        lagMs >= 0 &&
        nowMs >= this.#latestMs &&
        (wasCopy || lagMs === 0) &&
        (lagMs <= tickMs || this.clock.isOverdue) &&
        this.#staleReads < copyReadsMax
      if (!isRight) wrong.push({ nowMs, lagMs, wasCopy, staleReads: this.#staleReads })
      this.#latestMs = nowMs
    }
    expect(wrong).toEqual([])
  }

  readWall(times: number): void {
    const exactMs = this.clock.wallTime()
    for (let read = 0; read < times; read++) {
      const { isCopy, moment } = this.#coarse
      const wallMs = this.#coarse.wallTime()
      if (wallMs !== exactMs) expect([isCopy, wallMs]).toEqual([true, moment.wallMs])
    }
  }

  pass(halves: number): void {
    this.clock.pass(halves / 2)
  }

  hold(ms: number): void {
    this.clock.nowMs += ms
  }

  await(more: number): void {
    if (!this.#coarse.isCopy) return
    this.#awaited++
    this.#coarse.onRenewal((nowMs) => {
      expect(nowMs).toBe(this.clock.nowMs)
      this.#told++
      if (more > 0) this.await(more - 1)
    })
  }

  count(reads: number): void {
    this.#coarse.countReads(reads)
  }

  check(): void {
    const { isCopy, moment } = this.#coarse
    // One timer while there is a copy, and nobody waits for a copy that there is not.
    expect(this.clock.timers).toHaveLength(isCopy ? 1 : 0)
    if (!isCopy) expect(this.#told).toBe(this.#awaited)
    if (moment !== this.#moment) {
      expect(moment.nowMs).toBe(this.clock.nowMs)
      expect(moment.wallMs).toBe(this.clock.wallTime())
      this.#moment = moment
    }
  }

  end(): void {
    for (let tick = 0; tick < 10; tick++) {
      this.clock.pass(tickMs)
      this.check()
    }
    expect(this.#coarse.isCopy).toBe(false)
    this.read(1)
    expect(this.#latestMs).toBe(this.clock.nowMs)
  }
}

test('TickingClock: never ahead, never back, at most a tick or 256 reads behind, with one timer while it is a copy', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const trial = new Trial()
      for (const { type, value } of steps) {
        trial[type](value)
        trial.check()
      }
      trial.end()
    }),
    { numRuns: 300 },
  )
})

test('coarseClockOf: a clock without a coarse side is read exactly, and renewed whenever it is asked for', async () => {
  const clock = manualClock(1_000)
  const coarse = coarseClockOf(clock)
  const told: number[] = []
  for (const ms of [0, 0.5, 7]) {
    await clock.advance(ms)
    coarse.countReads(1_000)
    expect([coarse.isCopy, coarse.now(), coarse.wallTime()]).toEqual([false, clock.now(), clock.wallTime()])
    expect(coarse.moment).toEqual({ nowMs: clock.now(), wallMs: clock.wallTime() })
    coarse.onRenewal((nowMs) => told.push(nowMs))
  }
  expect(told).toEqual([0, 0.5, 7.5])
  expect(clock.pending).toBe(0)
})

test('coarseClockOf: is the coarse side of a clock that has one', () => {
  const exact = new HeldClock()
  const coarse = new TickingClock(exact)
  expect(coarseClockOf({ now: () => 0, wallTime: () => 0, schedule: exact.schedule, coarse })).toBe(coarse)
})
