import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyTable, noSlot } from './key-table.ts'
import { LruMap } from './lru-map.ts'

/** The same with plain lists. */
class NaiveTable {
  resting: string[] = []
  /** As often as it is held. */
  held: string[] = []

  has(key: string): boolean {
    return this.resting.includes(key) || this.held.includes(key)
  }

  leave(key: string): void {
    this.resting = this.resting.filter((each) => each !== key)
    this.held = this.held.filter((each) => each !== key)
  }
}

const step = fc.record({
  type: fc.constantFrom('add' as const, 'use' as const, 'hold' as const, 'letGo' as const, 'remove' as const),
  key: fc.integer({ min: 0, max: 40 }).map(String),
})

function apply(table: KeyTable, naive: NaiveTable, { type, key }: { type: string; key: string }): void {
  const slot = table.slotOf(key)
  expect(slot !== noSlot).toBe(naive.has(key))
  if (type === 'add') {
    if (slot !== noSlot || table.isFull) return
    const added = table.add(key)
    expect([table.stampOf(added), table.isHeld(added)]).toEqual([0, false])
    expect(table.keyOf(added)).toBe(key)
    expect(added).toBeLessThan(table.slotsEnd)
    naive.resting.push(key)
    return
  }
  if (slot === noSlot) return
  const wasHeld = naive.held.includes(key)
  expect(table.isHeld(slot)).toBe(wasHeld)
  if (type === 'use') {
    table.use(slot)
    if (!wasHeld) naive.leave(key)
    if (!wasHeld) naive.resting.push(key)
  } else if (type === 'hold') {
    table.hold(slot)
    naive.resting = naive.resting.filter((each) => each !== key)
    naive.held.push(key)
  } else if (type === 'letGo') {
    table.letGo(slot, Number(key))
    if (!wasHeld) return
    naive.held.splice(naive.held.indexOf(key), 1)
    if (naive.held.includes(key)) return
    naive.resting.push(key)
    expect(table.stampOf(slot)).toBe(Number(key))
  } else {
    table.remove(slot)
    naive.leave(key)
    expect(table.keyOf(slot)).toBeUndefined()
  }
}

function restingOf(table: KeyTable): (string | undefined)[] {
  const keys: (string | undefined)[] = []
  for (let slot = table.oldest; slot !== noSlot; slot = table.newerThan(slot)) keys.push(table.keyOf(slot))
  return keys
}

test('KeyTable: like plain lists after any steps, and never above its capacity', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (steps, capacity) => {
      const table = new KeyTable(capacity)
      const naive = new NaiveTable()
      for (const each of steps) {
        apply(table, naive, each)
        expect(restingOf(table)).toEqual(naive.resting)
        expect(table.size).toBe(naive.resting.length + new Set(naive.held).size)
        expect(table.isFull).toBe(table.size === capacity)
        expect(table.slotsEnd).toBeLessThanOrEqual(capacity + 1)
      }
    }),
    { numRuns: 300 },
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
  expect(restingOf(table)).toEqual(Array.from({ length: 40 }, (_, i) => `key ${960 + i}`))
})

test('KeyTable: removing what is not there changes nothing', () => {
  const table = new KeyTable(2)
  const slot = table.add('a')
  table.remove(slot)
  table.remove(slot)
  table.remove(noSlot)
  expect(table.add('b')).toBe(slot)
  expect(table.add('c')).not.toBe(slot)
  expect(restingOf(table)).toEqual(['b', 'c'])
})

test('LruMap: like a list in order of use, cut at its capacity', () => {
  const access = fc.record({
    type: fc.constantFrom('get' as const, 'set' as const, 'delete' as const),
    key: fc.integer({ min: 0, max: 12 }).map(String),
  })
  fc.assert(
    fc.property(
      fc.array(access, { maxLength: 150 }),
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
