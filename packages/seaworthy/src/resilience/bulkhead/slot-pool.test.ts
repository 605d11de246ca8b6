import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import type { WaitOrder } from './fair-lanes.ts'
import { SlotPool, type SlotPlace, type SlotPoolRules, type SlotRefusal } from './slot-pool.ts'

type Fate = 'waiting' | 'running' | 'ended' | 'left' | SlotRefusal

interface Asked {
  readonly id: number
  readonly priority: number
  readonly sinceMs: number
}

/** The pool as one would explain it: lists, looked through from the beginning each time. */
class Model {
  rules: SlotPoolRules
  nowMs = 0
  readonly fates: Fate[] = []
  #waiting: Asked[] = []

  constructor(rules: SlotPoolRules) {
    this.rules = rules
  }

  ask(priority: number): void {
    const asked = { id: this.fates.length, priority, sinceMs: this.nowMs }
    this.fates.push('running')
    if (this.#count('running') <= this.rules.limit) return
    this.fates[asked.id] = 'waiting'
    this.#waiting.push(asked)
    const tooMany = this.#tooMany()
    if (tooMany !== undefined) this.leave(tooMany, tooMany === asked.id ? 'full' : 'displaced')
  }

  end(id: number): void {
    this.fates[id] = 'ended'
    this.#fill()
  }

  leave(id: number, fate: Fate = 'left'): void {
    this.fates[id] = fate
    this.#waiting = this.#waiting.filter((asked) => asked.id !== id)
  }

  setLimit(limit: number): void {
    this.rules = { ...this.rules, limit }
    this.#fill()
  }

  setQueue(rules: Omit<SlotPoolRules, 'limit'>): void {
    this.rules = { ...rules, limit: this.rules.limit }
    for (let id = this.#tooMany(); id !== undefined; id = this.#tooMany()) this.leave(id, 'full')
    this.expire()
  }

  expire(): void {
    const { waitMaxMs = Infinity } = this.rules
    for (const { id, sinceMs } of this.#waiting) {
      if (this.nowMs - sinceMs >= waitMaxMs) this.leave(id, 'too-long')
    }
  }

  #fill(): void {
    while (this.#count('running') < this.rules.limit && this.#waiting.length > 0) {
      const id = this.#first(this.#waiting, Math.max)
      this.leave(id, 'running')
    }
  }

  #tooMany(): number | undefined {
    if (this.#waiting.length <= this.rules.queue) return undefined
    return this.#first(this.#waiting.toReversed(), Math.min)
  }

  #first(waiting: readonly Asked[], best: (...values: number[]) => number): number {
    const priority = best(...waiting.map((asked) => asked.priority))
    const equals = waiting.filter((asked) => asked.priority === priority)
    return equals.at(this.rules.order === 'fifo' ? 0 : -1)?.id ?? Number.NaN
  }

  #count(fate: Fate): number {
    return this.fates.filter((each) => each === fate).length
  }
}

/** The pool under trial, with the fate of each that asked. */
class Trial {
  readonly model: Model
  readonly #clock = manualClock()
  readonly #pool: SlotPool
  readonly #fates: Fate[] = []
  readonly #places: (SlotPlace | undefined)[] = []

  constructor(rules: SlotPoolRules) {
    this.model = new Model(rules)
    this.#pool = new SlotPool(rules, this.#clock)
  }

  ask(priority: number): void {
    this.model.ask(priority)
    const id = this.#fates.length
    this.#fates.push('running')
    this.#places.push(undefined)
    if (this.#pool.tryTake()) return
    this.#fates[id] = 'waiting'
    const waiter = {
      wait: (place: SlotPlace) => {
        this.#places[id] = place
      },
      admit: () => this.#move(id, 'running'),
      refuse: (reason: SlotRefusal) => this.#move(id, reason),
    }
    const isWaiting = this.#pool.enqueue(waiter, priority, undefined)
    expect(this.#places[id] !== undefined).toBe(isWaiting)
    if (!isWaiting) this.#move(id, 'full')
  }

  end(pick: number): void {
    const running = this.#fates.flatMap((fate, id) => (fate === 'running' ? id : []))
    const id = running[pick % Math.max(1, running.length)]
    if (id === undefined) return
    this.model.end(id)
    this.#fates[id] = 'ended'
    this.#pool.release()
  }

  leave(pick: number): void {
    const id = pick % Math.max(1, this.#fates.length)
    const place = this.#places[id]
    if (place === undefined) return
    const isWaiting = this.#fates[id] === 'waiting'
    expect(this.#pool.leave(place)).toBe(isWaiting)
    if (!isWaiting) return
    this.model.leave(id)
    this.#fates[id] = 'left'
  }

  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left--) {
      this.model.nowMs++
      this.model.expire()
      await this.#clock.advance(1)
      this.check()
    }
  }

  setLimit(limit: number): void {
    this.model.setLimit(limit)
    this.#pool.setLimit(limit)
  }

  setQueue(rules: Omit<SlotPoolRules, 'limit'>): void {
    this.model.setQueue(rules)
    this.#pool.setQueue(rules)
  }

  check(): void {
    const waiting = this.#fates.filter((fate) => fate === 'waiting').length
    expect(this.#fates).toEqual(this.model.fates)
    expect(this.#pool.active).toBe(this.#fates.filter((fate) => fate === 'running').length)
    expect(this.#pool.waiting).toBe(waiting)
    expect(this.#clock.pending).toBe(waiting > 0 && this.model.rules.waitMaxMs !== undefined ? 1 : 0)
  }

  #move(id: number, fate: Fate): void {
    expect(this.#fates[id]).toBe('waiting')
    this.#fates[id] = fate
  }
}

const queueRules = fc.record({
  queue: fc.nat(4),
  order: fc.constantFrom<WaitOrder>('fifo', 'lifo'),
  waitMaxMs: fc.constantFrom(undefined, 5, 12),
})

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('ask' as const), priority: fc.constantFrom(1, 5, 5, 9) }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('end' as const), pick: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('leave' as const), pick: fc.nat(60) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 8 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('limit' as const), limit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('queue' as const), rules: queueRules }) },
)

test('SlotPool: behaves as its model does, whatever comes, ends, leaves, expires and is changed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 3 }),
      queueRules,
      async (steps, limit, rules) => {
        const trial = new Trial({ limit, ...rules })
        for (const next of steps) {
          if (next.type === 'ask') trial.ask(next.priority)
          else if (next.type === 'end') trial.end(next.pick)
          else if (next.type === 'leave') trial.leave(next.pick)
          else if (next.type === 'advance') await trial.advance(next.ms)
          else if (next.type === 'limit') trial.setLimit(next.limit)
          else trial.setQueue(next.rules)
          trial.check()
        }
      },
    ),
    { numRuns: 300 },
  )
})

function setUp(rules: Partial<SlotPoolRules> = {}) {
  const clock = manualClock()
  const pool = new SlotPool({ limit: 1, queue: 100, order: 'fifo', waitMaxMs: undefined, ...rules }, clock)
  const log: string[] = []
  const enqueue = (name: string, onEnd: () => void = () => {}, priority = 5) => {
    let at: SlotPlace | undefined
    const waiter = {
      wait: (place: SlotPlace) => {
        at = place
      },
      admit() {
        log.push(name)
        onEnd()
      },
      refuse(reason: SlotRefusal) {
        log.push(`${name} ${reason}`)
        onEnd()
      },
    }
    pool.enqueue(waiter, priority, undefined)
    return at
  }
  return { clock, pool, log, enqueue }
}

test('SlotPool: nobody comes between a slot that is free and who waits for it, also while it is handed over', () => {
  const { pool, log, enqueue } = setUp()
  pool.tryTake()
  enqueue('first', () => {
    pool.release()
    log.push(`a newcomer got one: ${pool.tryTake()}`)
  })
  enqueue('second')
  pool.release()
  expect(log).toEqual(['first', 'a newcomer got one: false', 'second'])
  expect(pool.active).toBe(1)
})

test('SlotPool: a raised limit serves those that wait before a newcomer', () => {
  const { pool, log, enqueue } = setUp()
  pool.tryTake()
  enqueue('first', () => log.push(`a newcomer got one: ${pool.tryTake()}`))
  enqueue('second')
  pool.setLimit(3)
  expect(log).toEqual(['first', 'a newcomer got one: false', 'second'])
  expect(pool.active).toBe(3)
})

test('SlotPool: under a lowered limit who waits goes on waiting until few enough slots are taken', () => {
  const { pool, log, enqueue } = setUp({ limit: 3 })
  for (let i = 0; i < 3; i++) pool.tryTake()
  enqueue('waiting')
  pool.setLimit(1)
  pool.release()
  pool.release()
  expect(log).toEqual([])
  expect(pool.active).toBe(1)
  pool.release()
  expect(log).toEqual(['waiting'])
  expect(pool.active).toBe(1)
})

test('SlotPool: any number of waiters whose work ends at once needs no deeper stack', () => {
  const { pool, log, enqueue } = setUp({ queue: 50_000 })
  pool.tryTake()
  for (let i = 0; i < 50_000; i++) enqueue('', () => pool.release())
  pool.release()
  expect(log).toHaveLength(50_000)
  expect(pool.active).toBe(0)
})

test('SlotPool: who is admitted may let others leave, and no slot is lost', () => {
  const { pool, enqueue } = setUp()
  pool.tryTake()
  const places: (SlotPlace | undefined)[] = []
  enqueue('first', () => {
    for (const place of places) if (place !== undefined) pool.leave(place)
    pool.release()
  })
  places.push(enqueue('second'))
  pool.setLimit(3)
  expect(pool.waiting).toBe(0)
  expect(pool.active).toBe(1)
  pool.release()
  expect(pool.active).toBe(0)
})

test('SlotPool: one timer for all who wait, none when nobody does', async () => {
  const { clock, pool, log, enqueue } = setUp({ waitMaxMs: 50 })
  pool.tryTake()
  enqueue('first')
  await clock.advance(20)
  const second = enqueue('second')
  expect(clock.pending).toBe(1)
  await clock.advance(30)
  expect(log).toEqual(['first too-long'])
  expect(clock.pending).toBe(1)
  await clock.advance(19)
  expect(log).toHaveLength(1)
  if (second !== undefined) pool.leave(second)
  expect(clock.pending).toBe(0)
})

test('SlotPool: a wait that does not end on a whole millisecond is never cut short', async () => {
  const { clock, pool, log, enqueue } = setUp({ waitMaxMs: 1.5 })
  await clock.advance(0.3)
  pool.tryTake()
  enqueue('first')
  await clock.advance(1.4)
  expect(log).toEqual([])
  await clock.advance(1)
  expect(log).toEqual(['first too-long'])
})

test('SlotPool: who takes the place of another waits before that one is told, which may free a slot', () => {
  const { pool, log, enqueue } = setUp({ queue: 1 })
  pool.tryTake()
  enqueue('displaced', () => pool.release(), 1)
  const admitted = enqueue('newcomer')
  expect(log).toEqual(['displaced displaced', 'newcomer'])
  expect(admitted && pool.leave(admitted)).toBe(false)
  expect(pool.active).toBe(1)
})

test('SlotPool: a waiter that breaks its word and throws holds nobody else up', () => {
  const { pool, log, enqueue } = setUp()
  pool.tryTake()
  enqueue('throwing', () => {
    throw new Error('broken')
  })
  enqueue('next')
  expect(() => pool.release()).toThrow('broken')
  pool.release()
  expect(log).toEqual(['throwing', 'next'])
})

test('SlotPool: a waiter that comes while others are refused waits in full', async () => {
  const { clock, pool, log, enqueue } = setUp({ waitMaxMs: 50 })
  pool.tryTake()
  enqueue('first', () => enqueue('late'))
  await clock.advance(99)
  expect(log).toEqual(['first too-long'])
  await clock.advance(1)
  expect(log).toEqual(['first too-long', 'late too-long'])
})
