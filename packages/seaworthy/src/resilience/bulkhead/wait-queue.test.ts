import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Place, WaitOrder } from './fair-lanes.ts'
import { WaitQueue } from './wait-queue.ts'

interface Entry {
  readonly id: number
  readonly priority: number
  readonly key: string | undefined
}

/** The queue as one would explain it: a list of who waits, oldest first, and for each priority the keys in turn. */
class Model {
  entries: Entry[] = []
  readonly #turns = new Map<number, (string | undefined)[]>()

  add(entry: Entry): void {
    this.entries.push(entry)
    const turns = this.#turns.get(entry.priority) ?? []
    this.#turns.set(entry.priority, turns.includes(entry.key) ? turns : [...turns, entry.key])
  }

  take(order: WaitOrder): Entry | undefined {
    const priority = Math.max(...this.entries.map((entry) => entry.priority))
    const turns = this.#turns.get(priority) ?? []
    const next = this.#end(this.#lane(priority, turns[0]), order === 'fifo')
    this.#turns.set(priority, [...turns.slice(1), ...turns.slice(0, 1)])
    this.remove(next)
    return next
  }

  /** Everybody who may be the one that goes; if the newcomer's own lane is among the longest, it has to be that. */
  droppable(order: WaitOrder, newcomer: Entry): readonly (Entry | undefined)[] {
    const priority = Math.min(...this.entries.map((entry) => entry.priority))
    const lanes = (this.#turns.get(priority) ?? []).map((key) => this.#lane(priority, key))
    const longest = Math.max(...lanes.map((lane) => lane.length))
    const candidates = lanes.filter((lane) => lane.length === longest)
    const own = candidates.filter((lane) => lane.includes(newcomer))
    return (own.length > 0 ? own : candidates).map((lane) => this.#end(lane, order === 'lifo'))
  }

  remove(entry: Entry | undefined): void {
    if (entry === undefined) return
    this.entries = this.entries.filter((other) => other !== entry)
    if (this.#lane(entry.priority, entry.key).length > 0) return
    const turns = this.#turns.get(entry.priority) ?? []
    this.#turns.set(
      entry.priority,
      turns.filter((key) => key !== entry.key),
    )
  }

  #lane(priority: number, key: string | undefined): readonly Entry[] {
    return this.entries.filter((entry) => entry.priority === priority && entry.key === key)
  }

  #end(lane: readonly Entry[], isFirst: boolean): Entry | undefined {
    return lane.at(isFirst ? 0 : -1)
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      priority: fc.constantFrom(0, 5, 5, 9),
      key: fc.constantFrom(undefined, 'a', 'b', 'c'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('take' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), pick: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('set' as const),
      capacity: fc.nat(8),
      order: fc.constantFrom<WaitOrder>('fifo', 'lifo'),
    }),
  },
)

/** Places are never forgotten: taking one out that has left long ago is part of the trial. */
class Trial {
  readonly #model = new Model()
  readonly #queue: WaitQueue<Entry>
  readonly #places: Place<Entry>[] = []

  constructor(capacity: number, order: WaitOrder) {
    this.#queue = new WaitQueue(capacity, order)
  }

  add(priority: number, key: string | undefined): void {
    const entry = { id: this.#places.length, priority, key }
    this.#places.push(this.#queue.add(entry, { priority, key, nowMs: entry.id * 10 }))
    this.#model.add(entry)
    this.#drop(entry)
  }

  take(): void {
    expect(this.#queue.take()?.value).toBe(this.#model.take(this.#queue.order))
  }

  remove(pick: number): void {
    const place = this.#places[pick % Math.max(1, this.#places.length)]
    if (place === undefined) return
    expect(this.#queue.remove(place)).toBe(this.#model.entries.includes(place.value))
    this.#model.remove(place.value)
  }

  set(capacity: number, order: WaitOrder): void {
    this.#queue.capacity = capacity
    this.#queue.order = order
    const newcomer = { id: -1, priority: -1, key: undefined }
    while (this.#model.entries.length > capacity) this.#drop(newcomer)
    expect(this.#queue.drop()).toBeUndefined()
  }

  check(): void {
    expect(this.#queue.size).toBe(this.#model.entries.length)
    expect(this.#queue.oldest?.value).toBe(this.#model.entries[0])
    const oldestId = this.#model.entries[0]?.id
    expect(this.#queue.oldest?.sinceMs).toBe(oldestId === undefined ? undefined : oldestId * 10)
  }

  drain(): void {
    while (this.#model.entries.length > 0) this.take()
    expect(this.#queue.take()).toBeUndefined()
    this.check()
  }

  #drop(newcomer: Entry): void {
    const isTooMany = this.#model.entries.length > this.#queue.capacity
    const candidates = isTooMany ? this.#model.droppable(this.#queue.order, newcomer) : [undefined]
    const dropped = this.#queue.drop()?.value
    expect(candidates).toContain(dropped)
    this.#model.remove(dropped)
  }
}

test.each<WaitOrder>(['fifo', 'lifo'])('WaitQueue: behaves as its model does (%s)', (order) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), fc.nat(8), (steps, capacity) => {
      const trial = new Trial(capacity, order)
      for (const next of steps) {
        if (next.type === 'add') trial.add(next.priority, next.key)
        else if (next.type === 'take') trial.take()
        else if (next.type === 'remove') trial.remove(next.pick)
        else trial.set(next.capacity, next.order)
        trial.check()
      }
      trial.drain()
    }),
    { numRuns: 200 },
  )
})

/** Adds in the order of the text: a letter is a key, a digit the priority of what follows. */
function fill(queue: WaitQueue<string>, text: string): readonly string[] {
  let priority = 5
  const dropped: string[] = []
  const counts = new Map<string, number>()
  for (const letter of text) {
    if (letter >= '0' && letter <= '9') priority = Number(letter)
    else {
      const number = (counts.get(letter) ?? 0) + 1
      counts.set(letter, number)
      queue.add(`${letter}${number}`, { priority, key: letter, nowMs: 0 })
      const place = queue.drop()
      if (place !== undefined) dropped.push(place.value)
    }
  }
  return dropped
}

function drain(queue: WaitQueue<string>): readonly string[] {
  const taken: string[] = []
  for (let place = queue.take(); place !== undefined; place = queue.take()) taken.push(place.value)
  return taken
}

test('WaitQueue: one loud key delays another by one of its own at a time', () => {
  const queue = new WaitQueue<string>(20, 'fifo')
  fill(queue, 'aaaaaabbc')
  expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4', 'a5', 'a6'])
})

test('WaitQueue: last in is first out within a key, and keys still take turns', () => {
  const queue = new WaitQueue<string>(20, 'lifo')
  fill(queue, 'aaabb')
  expect(drain(queue)).toEqual(['a3', 'b2', 'a2', 'b1', 'a1'])
})

test('WaitQueue: a higher priority is served first whatever its key and age', () => {
  const queue = new WaitQueue<string>(20, 'fifo')
  fill(queue, '1a5ab9c0d')
  expect(drain(queue)).toEqual(['c1', 'a2', 'b1', 'a1', 'd1'])
})

test('WaitQueue: a full queue refuses the newcomer among equals, and the newest of the lowest priority otherwise', () => {
  const queue = new WaitQueue<string>(3, 'fifo')
  expect(fill(queue, '5a1aa5a1a9a')).toEqual(['a3', 'a5', 'a2'])
  expect(drain(queue)).toEqual(['a6', 'a1', 'a4'])
})

test('WaitQueue: a key that fills the queue gives way to others down to an equal share, and no further', () => {
  const queue = new WaitQueue<string>(4, 'fifo')
  expect(fill(queue, 'aaaabbba')).toEqual(['a4', 'a3', 'b3', 'a5'])
  expect(drain(queue)).toEqual(['a1', 'b1', 'a2', 'b2'])
})

test('WaitQueue: last come first served, the oldest gives way to the newcomer', () => {
  const queue = new WaitQueue<string>(2, 'lifo')
  expect(fill(queue, 'aaa')).toEqual(['a1'])
  expect(drain(queue)).toEqual(['a3', 'a2'])
})

test('WaitQueue: without places nobody waits', () => {
  const queue = new WaitQueue<string>(0, 'fifo')
  expect(fill(queue, 'ab')).toEqual(['a1', 'b1'])
  expect(queue.size).toBe(0)
  expect(queue.oldest).toBeUndefined()
})
