import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyTable, noSlot } from './key-table.ts'
import { LruMap } from './lru-map.ts'

/** The same with plain lists. */
class NaiveTable {
  /** In order of use. */
  keys: string[] = []
  readonly holds = new Map<string, number>()
  readonly stamps = new Map<string, number>()

  use(key: string, stamp?: number): void {
    if (stamp !== undefined && this.stamps.get(key) === stamp && !this.isOutside(key)) return
    if (stamp !== undefined) this.stamps.set(key, stamp)
    this.outside.delete(key)
    this.keys = [...this.keys.filter((each) => each !== key), key]
  }

  /** Held keys that were met in the search for the oldest lose their place. */
  readonly outside = new Set<string>()

  isOutside(key: string): boolean {
    return this.outside.has(key)
  }

  isHeld(key: string): boolean {
    return (this.holds.get(key) ?? 0) > 0
  }

  letGo(key: string, stamp?: number): void {
    if (!this.isHeld(key)) return
    this.holds.set(key, (this.holds.get(key) ?? 0) - 1)
    if (!this.isHeld(key)) this.use(key, stamp)
  }

  get oldest(): string | undefined {
    const found = this.keys.findIndex((key) => !this.isHeld(key))
    const passed = found < 0 ? this.keys : this.keys.slice(0, found)
    for (const key of passed) this.outside.add(key)
    return this.keys[found]
  }

  remove(key: string): void {
    this.keys = this.keys.filter((each) => each !== key)
    this.holds.delete(key)
    this.stamps.delete(key)
    this.outside.delete(key)
  }
}

const step = fc.record({
  type: fc.constantFrom('add' as const, 'use' as const, 'hold' as const, 'letGo' as const, 'remove' as const),
  key: fc.integer({ min: 0, max: 12 }).map(String),
  stamp: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  looks: fc.boolean(),
})

function apply(
  table: KeyTable,
  naive: NaiveTable,
  { type, key, stamp }: typeof step extends fc.Arbitrary<infer S> ? S : never,
): void {
  const slot = table.slotOf(key)
  expect(slot !== noSlot).toBe(naive.keys.includes(key))
  if (slot === noSlot) {
    if (type !== 'add' || table.isFull) return
    const added = table.add(key)
    naive.keys.push(key)
    expect([table.keyOf(added), table.stampOf(added), table.isHeld(added)]).toEqual([key, 0, false])
    expect(added).toBeLessThan(table.slotsEnd)
    return
  }
  if (type === 'use' || type === 'letGo') {
    table[type](slot, stamp)
    naive[type](key, stamp)
  } else if (type === 'hold') {
    table.hold(slot)
    naive.holds.set(key, (naive.holds.get(key) ?? 0) + 1)
  } else if (type === 'remove') {
    table.remove(slot)
    naive.remove(key)
    expect(table.keyOf(slot)).toBeUndefined()
    return
  }
  expect(table.isHeld(slot)).toBe(naive.isHeld(key))
  expect(table.stampOf(slot)).toBe(naive.stamps.get(key) ?? 0)
}

function drained(table: KeyTable): (string | undefined)[] {
  const keys: (string | undefined)[] = []
  for (let slot = table.oldest; slot !== noSlot; slot = table.oldest) {
    keys.push(table.keyOf(slot))
    table.remove(slot)
  }
  return keys
}

test('KeyTable: like plain lists after any steps, and never above its capacity', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200, size: 'max' }),
      fc.integer({ min: 1, max: 10 }),
      (steps, capacity) => {
        const table = new KeyTable(capacity)
        const naive = new NaiveTable()
        for (const each of steps) {
          apply(table, naive, each)
          if (each.looks) expect(table.keyOf(table.oldest)).toBe(naive.oldest)
          expect(table.size).toBe(naive.keys.length)
          expect(table.isFull).toBe(table.size === capacity)
          expect(table.slotsEnd).toBeLessThanOrEqual(capacity + 1)
        }
        const resting = naive.keys.filter((key) => !naive.isHeld(key))
        expect(drained(table)).toEqual(resting)
        expect(table.size).toBe(naive.keys.length - resting.length)
      },
    ),
    { numRuns: 200 },
  )
})

test('KeyTable: slots of forgotten keys are used again, so that their number does not grow', () => {
  const table = new KeyTable(40)
  for (let i = 0; i < 1_000; i++) {
    if (table.isFull) table.remove(table.oldest)
    table.add(`key ${i}`)
  }
  expect(table.slotsEnd).toBe(41)
  expect(table.size).toBe(40)
  expect(drained(table)).toEqual(Array.from({ length: 40 }, (_, i) => `key ${960 + i}`))
})

test('KeyTable: in a large table busy keys are found, removed and found anew as in a small one', () => {
  const table = new KeyTable(2_000)
  const slots = new Map<string, number>()
  const check = (): void => {
    for (let i = 0; i < 1_000; i++) expect(table.slotOf(`${i}`)).toBe(slots.get(`${i}`) ?? noSlot)
  }
  for (let i = 0; i < 1_000; i++) slots.set(`${i}`, table.add(`${i}`))
  for (let stamp = 1; stamp <= 3; stamp++) {
    for (const slot of slots.values()) table.use(slot, stamp)
    check()
    check()
    for (let i = stamp; i < 1_000; i += 7) {
      table.remove(slots.get(`${i}`) ?? noSlot)
      slots.delete(`${i}`)
    }
    check()
    for (let i = stamp + 7; i < 1_000; i += 14) slots.set(`${i}`, table.add(`${i}`))
    check()
  }
  expect(table.size).toBe(slots.size)
  expect(table.slotOf('unknown')).toBe(noSlot)
})

test('KeyTable: in a large table that knows no stamps a key that was looked for in vain is found once it is there', () => {
  const table = new KeyTable(1_000)
  for (let i = 0; i < 300; i++) table.add(`${i}`)
  expect(table.slotOf('late')).toBe(noSlot)
  const slot = table.add('late')
  expect(table.slotOf('late')).toBe(slot)
})

test('KeyTable: a busy key of a large table that is removed is gone at once', () => {
  const table = new KeyTable(1_000)
  const slots = Array.from({ length: 300 }, (_, i) => table.add(`${i}`))
  for (const slot of slots) table.use(slot, 1)
  for (const key of ['7', '7', '8']) expect(table.slotOf(key)).toBe(slots[Number(key)])
  table.remove(table.slotOf('7'))
  expect(table.slotOf('7')).toBe(noSlot)
  expect(table.keyOf(table.slotOf('8'))).toBe('8')
})

test('KeyTable: keeps the order of use where it grows', () => {
  for (let count = 1; count <= 70; count++) {
    const table = new KeyTable(70)
    const slots = Array.from({ length: count }, (_, i) => table.add(`${i}`))
    table.use(slots.at(-1) ?? noSlot)
    table.use(slots[0] ?? noSlot)
    const keys = Array.from({ length: count }, (_, i) => `${i}`)
    expect(drained(table)).toEqual([...keys.slice(1), '0'])
  }
})

test('KeyTable: removing what is not there changes nothing', () => {
  const table = new KeyTable(2)
  const slot = table.add('a')
  table.remove(slot)
  table.remove(slot)
  table.remove(noSlot)
  expect(table.add('b')).toBe(slot)
  expect(table.add('c')).not.toBe(slot)
  expect(drained(table)).toEqual(['b', 'c'])
})

test('LruMap: like a list in order of use, cut at its capacity', () => {
  const access = fc.record({
    type: fc.constantFrom('get' as const, 'set' as const, 'delete' as const),
    key: fc.integer({ min: 0, max: 12 }).map(String),
  })
  fc.assert(
    fc.property(
      fc.array(access, { maxLength: 150, size: 'max' }),
      fc.integer({ min: 1, max: 8 }),
      (accesses, capacity) => {
        const map = new LruMap<number>(capacity)
        let naive: [string, number][] = []
        for (const [i, { type, key }] of accesses.entries()) {
          const known = naive.find(([each]) => each === key)
          naive = naive.filter((each) => each !== known)
          if (type === 'get') {
            expect(map.get(key)).toBe(known?.[1])
            if (known !== undefined) naive.push(known)
          } else if (type === 'set') {
            map.set(key, i)
            naive = [...naive, [key, i] as [string, number]].slice(-capacity)
          } else map.delete(key)
          expect(map.size).toBe(naive.length)
        }
        for (const [key, value] of naive.toReversed()) expect(map.get(key)).toBe(value)
      },
    ),
  )
})
