import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Timer } from './clock.ts'
import { TimerQueue } from './timer-queue.ts'

/** A queue on a clock and an alarm that tests move. */
function setUp() {
  const state = { nowMs: 0, alarmAtMs: Infinity, alarms: [] as number[], kept: [] as boolean[] }
  let ring = (): void => {}
  const queue = new TimerQueue(
    () => state.nowMs,
    (given) => {
      ring = given
      return {
        set: (delayMs) => {
          state.alarms.push(delayMs)
          state.alarmAtMs = state.nowMs + delayMs
        },
        keepAlive: (keepsAlive) => void state.kept.push(keepsAlive),
      }
    },
  )
  const ringAt = (nowMs: number): void => {
    state.nowMs = nowMs
    state.alarmAtMs = Infinity
    ring()
  }
  return { queue, state, ringAt }
}

test('TimerQueue: runs by due time, those due at the same time as they came, and none early', () => {
  const { queue, state, ringAt } = setUp()
  const ran: string[] = []
  for (const [name, delayMs] of [
    ['c', 20],
    ['a', 10],
    ['d', 20],
    ['b', 10],
    ['e', 21],
  ] as const)
    queue.schedule(delayMs, () => ran.push(name))
  expect(state.alarms).toEqual([20, 10])
  ringAt(9.5)
  expect(ran).toEqual([])
  expect(state.alarms.at(-1)).toBe(0.5)
  ringAt(20)
  expect(ran).toEqual(['a', 'b', 'c', 'd'])
  expect([queue.size, state.alarmAtMs]).toEqual([1, 21])
})

test('TimerQueue: a delay below 0 is due now, and what a callback schedules for now waits for the next ring', () => {
  const { queue, state, ringAt } = setUp()
  const ran: string[] = []
  queue.schedule(-5, () => {
    ran.push('first')
    queue.schedule(0, () => ran.push('second'))
  })
  expect(state.alarms).toEqual([0])
  ringAt(0)
  expect(ran).toEqual(['first'])
  expect(state.alarms).toEqual([0, 0])
  ringAt(0)
  expect(ran).toEqual(['first', 'second'])
})

test('TimerQueue: after a callback that throws the others still run', () => {
  const { queue, state, ringAt } = setUp()
  const ran: string[] = []
  queue.schedule(10, () => {
    throw new Error('broken')
  })
  queue.schedule(10, () => ran.push('next'))
  expect(() => ringAt(10)).toThrow('broken')
  expect([queue.size, state.alarmAtMs]).toEqual([1, 10])
  ringAt(10)
  expect(ran).toEqual(['next'])
})

test('TimerQueue: a callback may cancel others, and itself', () => {
  const { queue, ringAt } = setUp()
  const ran: string[] = []
  const first = queue.schedule(10, () => {
    ran.push('first')
    first.cancel()
    second.cancel()
  })
  const second = queue.schedule(10, () => ran.push('second'))
  queue.schedule(10, () => ran.push('third'))
  ringAt(10)
  expect([ran, queue.size]).toEqual([['first', 'third'], 0])
})

test('TimerQueue: timers that come and go leave one alarm, which rings for nothing', () => {
  const { queue, state, ringAt } = setUp()
  for (let call = 0; call < 100; call++) {
    state.nowMs = call
    queue.schedule(1_000, () => {}).cancel()
  }
  expect([state.alarms, queue.size]).toEqual([[1_000], 0])
  ringAt(1_000)
  expect(state.alarms).toEqual([1_000])
  queue.schedule(5, () => {})
  expect(state.alarms).toEqual([1_000, 5])
})

test('TimerQueue: keeps the process alive while a timer waits that is to, and tells the alarm only of changes', () => {
  const { queue, state, ringAt } = setUp()
  const keepsAlive = true
  queue.schedule(5, () => {})
  expect(state.kept).toEqual([])
  const first = queue.schedule(10, () => {}, { keepsAlive })
  const second = queue.schedule(20, () => {}, { keepsAlive })
  queue.schedule(30, () => {}, { keepsAlive })
  expect(state.kept).toEqual([true])
  first.cancel()
  first.cancel()
  ringAt(20)
  second.cancel()
  expect([state.kept, queue.size]).toEqual([[true], 1])
  ringAt(30)
  expect(state.kept).toEqual([true, false])
  queue.schedule(5, () => {}, { keepsAlive }).cancel()
  expect(state.kept).toEqual([true, false, true, false])
})

test('TimerQueue: a timer that is followed by another when it runs changes nothing for the process', () => {
  const { queue, state, ringAt } = setUp()
  const keepsAlive = true
  queue.schedule(10, () => void queue.schedule(10, () => {}, { keepsAlive }), { keepsAlive })
  ringAt(10)
  expect(state.kept).toEqual([true])
  ringAt(20)
  expect(state.kept).toEqual([true, false])
})

test('TimerQueue: after a callback that throws it keeps the process alive no longer than the others need', () => {
  const { queue, state, ringAt } = setUp()
  const fail = (): never => {
    throw new Error('broken')
  }
  queue.schedule(10, fail, { keepsAlive: true })
  expect(() => ringAt(10)).toThrow('broken')
  expect(state.kept).toEqual([true, false])
})

test('TimerQueue: a hold keeps the process alive like a timer that is to', () => {
  const { queue, state } = setUp()
  queue.hold()
  const timer = queue.schedule(10, () => {}, { keepsAlive: true })
  queue.release()
  expect(state.kept).toEqual([true])
  timer.cancel()
  expect(state.kept).toEqual([true, false])
})

const step = fc.oneof(
  fc.record({ type: fc.constant('schedule' as const), value: fc.integer({ min: -2, max: 12 }) }),
  fc.record({ type: fc.constant('cancel' as const), value: fc.nat(60) }),
  fc.record({ type: fc.constant('ring' as const), value: fc.nat(6) }),
)

/** In trials every other timer keeps the process alive. */
function keepsOdd(id: number): { readonly keepsAlive: boolean } {
  return { keepsAlive: id % 2 === 1 }
}

test('TimerQueue: runs what a sorted list would, with timers that come and go between rings', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { queue, state, ringAt } = setUp()
      const timers: Timer[] = []
      const ran: number[] = []
      const expected: number[] = []
      let model: { readonly id: number; readonly atMs: number }[] = []
      for (const { type, value } of steps) {
        if (type === 'schedule') {
          const id = timers.length
          model.push({ id, atMs: state.nowMs + Math.max(0, value) })
          timers.push(queue.schedule(value, () => ran.push(id), keepsOdd(id)))
        } else if (type === 'cancel') {
          timers[value]?.cancel()
          model = model.filter(({ id }) => id !== value)
        } else {
          const nowMs = state.nowMs + value
          ringAt(nowMs)
          const due = model.filter(({ atMs }) => atMs <= nowMs)
          expected.push(...due.toSorted((one, other) => one.atMs - other.atMs).map(({ id }) => id))
          model = model.filter(({ atMs }) => atMs > nowMs)
        }
        expect(ran).toEqual(expected)
        expect(queue.size).toBe(model.length)
        expect(state.kept.at(-1) ?? false).toBe(model.some(({ id }) => keepsOdd(id).keepsAlive))
        expect(state.alarmAtMs).toBeLessThanOrEqual(Math.min(Infinity, ...model.map(({ atMs }) => atMs)))
      }
    }),
    { numRuns: 500 },
  )
})

/** What a callback does when it runs: to others, to itself, or by failing. */
const deed = fc.oneof(
  fc.record({ type: fc.constant('nothing' as const), value: fc.constant(0) }),
  fc.record({ type: fc.constant('schedule' as const), value: fc.integer({ min: -1, max: 6 }) }),
  fc.record({ type: fc.constant('cancel' as const), value: fc.nat(20) }),
  fc.record({ type: fc.constant('throw' as const), value: fc.constant(0) }),
)

interface ModelTimer {
  readonly id: number
  readonly atMs: number
  readonly deed: typeof deed extends fc.Arbitrary<infer Deed> ? Deed : never
}

/** A queue, and a sorted list that does the same. */
class BusyTrial {
  readonly #set = setUp()
  readonly #timers: Timer[] = []
  readonly #ran: number[] = []
  readonly #expected: number[] = []
  #model: ModelTimer[] = []
  #modelCount = 0

  schedule(delayMs: number, given: ModelTimer['deed']): void {
    this.#modelSchedule(delayMs, given)
    this.#schedule(delayMs, given)
  }

  ringAt(nowMs: number): void {
    let isBroken = false
    try {
      this.#set.ringAt(nowMs)
    } catch (error) {
      expect(error).toEqual(new Error('broken'))
      isBroken = true
    }
    expect(isBroken).toBe(this.#modelRing(nowMs))
  }

  get nowMs(): number {
    return this.#set.state.nowMs
  }

  check(): void {
    const { queue, state } = this.#set
    expect(this.#ran).toEqual(this.#expected)
    expect(queue.size).toBe(this.#model.length)
    expect(state.kept.at(-1) ?? false).toBe(this.#model.some(({ id }) => keepsOdd(id).keepsAlive))
    // The alarm rings in time for the earliest; what a ring left behind rings again at once.
    expect(state.alarmAtMs).toBeLessThanOrEqual(
      Math.max(state.nowMs, Math.min(Infinity, ...this.#model.map(({ atMs }) => atMs))),
    )
  }

  #schedule(delayMs: number, { type, value }: ModelTimer['deed']): void {
    const id = this.#timers.length
    const run = (): void => {
      this.#ran.push(id)
      if (type === 'throw') throw new Error('broken')
      if (type === 'schedule') this.#schedule(value, { type: 'nothing', value: 0 })
      if (type === 'cancel') this.#timers[value]?.cancel()
    }
    this.#timers.push(this.#set.queue.schedule(delayMs, run, keepsOdd(id)))
  }

  #modelSchedule(delayMs: number, given: ModelTimer['deed']): void {
    this.#model.push({ id: this.#modelCount++, atMs: this.nowMs + Math.max(0, delayMs), deed: given })
  }

  /** True when a callback threw, after which the rest waits for the next ring. */
  #modelRing(nowMs: number): boolean {
    const newFrom = this.#modelCount
    for (;;) {
      const [due] = this.#model
        .filter(({ id, atMs }) => atMs <= nowMs && id < newFrom)
        .toSorted((one, other) => one.atMs - other.atMs)
      if (due === undefined) return false
      this.#model = this.#model.filter((timer) => timer !== due)
      this.#expected.push(due.id)
      const { type, value } = due.deed
      if (type === 'throw') return true
      if (type === 'schedule') this.#modelSchedule(value, { type: 'nothing', value: 0 })
      if (type === 'cancel') this.#model = this.#model.filter(({ id }) => id !== value)
    }
  }
}

test('TimerQueue: callbacks that schedule, cancel and throw change nothing for the others', () => {
  const busyStep = fc.record({ delayMs: fc.integer({ min: -1, max: 8 }), deed, ringIn: fc.nat(5) })
  fc.assert(
    fc.property(fc.array(busyStep, { maxLength: 60 }), (steps) => {
      const trial = new BusyTrial()
      for (const { delayMs, deed: given, ringIn } of steps) {
        trial.schedule(delayMs, given)
        if (ringIn > 1) trial.ringAt(trial.nowMs + ringIn - 2)
        trial.check()
      }
    }),
    { numRuns: 500 },
  )
})
