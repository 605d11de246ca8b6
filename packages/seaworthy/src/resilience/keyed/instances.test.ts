import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coarseClockOf, manualClock } from 'seaworthy/core'
import { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { Instances } from './instances.ts'

class NoStage extends Stage {}

class TrialPolicy extends StagedPolicy {
  readonly kind = 'trial'
  readonly name: string
  isIdle = true
  isExpendable = false
  disposed = 0

  constructor(name: string) {
    super()
    this.name = name
  }

  stage(): Stage {
    return new NoStage()
  }

  describe(): Readonly<Record<string, unknown>> {
    return {}
  }

  [Symbol.dispose](): void {
    this.disposed++
  }
}

function setUp(capacity: number, idleAfterMs = Infinity) {
  const clock = manualClock()
  let ticksMs = 0
  const time = { ...coarseClockOf(clock), now: () => clock.now() + ticksMs }
  const instances = new Instances(
    new TrialPolicy('common'),
    {
      capacity,
      idleAfterMs,
      make: (key) => new TrialPolicy(key),
      isIdle: (policy) => policy.isIdle,
      isExpendable: (policy) => policy.isExpendable,
    },
    time,
  )
  /** Goes on by as much as two uses must be apart to be told apart. */
  const tick = (): void => {
    ticksMs += 100
  }
  const use = (key: string): TrialPolicy => {
    const slot = instances.begin(key)
    instances.end(slot)
    return instances.policyIn(slot)
  }
  const keys = (): string[] => [...instances.entries()].map(([key]) => key).toSorted()
  return { clock, instances, use, keys, tick }
}

/** The same with a list of keys in order of their last use, and the calls under way. */
class NaiveInstances {
  readonly capacity: number
  resting: string[] = []
  readonly calls = new Map<string, number>()
  readonly busy = new Set<string>()

  constructor(capacity: number) {
    this.capacity = capacity
  }

  has(key: string): boolean {
    return this.resting.includes(key) || this.calls.has(key)
  }

  get size(): number {
    return this.resting.length + this.calls.size
  }

  /** False when there is no place. */
  begin(key: string): boolean {
    if (!this.has(key) && this.size === this.capacity) {
      const victim = this.resting.findIndex((each) => !this.busy.has(each))
      const passed = victim < 0 ? this.resting : this.resting.slice(0, victim)
      this.resting = [...this.resting.slice(passed.length), ...passed]
      if (victim < 0) return false
      this.resting.shift()
    }
    this.resting = this.resting.filter((each) => each !== key)
    this.calls.set(key, (this.calls.get(key) ?? 0) + 1)
    return true
  }

  end(key: string): void {
    const left = (this.calls.get(key) ?? 0) - 1
    if (left > 0) this.calls.set(key, left)
    else {
      this.calls.delete(key)
      this.resting.push(key)
    }
  }
}

const stepType = fc.oneof(
  { weight: 5, arbitrary: fc.constant('begin' as const) },
  { weight: 5, arbitrary: fc.constant('end' as const) },
  { weight: 1, arbitrary: fc.constant('busy' as const) },
  { weight: 2, arbitrary: fc.constant('idle' as const) },
)
const step = fc.record({ type: stepType, key: fc.integer({ min: 0, max: 6 }).map(String), pick: fc.nat(10) })

test('Instances: like a list in order of use after any steps, never above its capacity, none in use ever gone', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 150, size: 'max' }),
      fc.integer({ min: 1, max: 5 }),
      (steps, capacity) => {
        const { instances, keys, tick } = setUp(capacity)
        const naive = new NaiveInstances(capacity)
        const underWay: { key: string; slot: number; policy: TrialPolicy }[] = []
        for (const { type, key, pick } of steps) {
          tick()
          if (type === 'begin') {
            const hasPlace = naive.begin(key)
            const slot = instances.begin(key)
            const policy = instances.policyIn(slot)
            expect(policy.name).toBe(hasPlace ? key : 'common')
            policy.isIdle = !naive.busy.has(key)
            if (hasPlace) underWay.push({ key, slot, policy })
            else instances.end(slot)
          } else if (type === 'end') {
            const [call] = underWay.splice(pick % Math.max(1, underWay.length), 1)
            if (call === undefined) continue
            instances.end(call.slot)
            naive.end(call.key)
          } else {
            const policy = instances.get(key)
            if (policy === undefined) continue
            policy.isIdle = type === 'idle'
            if (policy.isIdle) naive.busy.delete(key)
            else naive.busy.add(key)
          }
          expect(keys()).toEqual([...naive.resting, ...naive.calls.keys()].toSorted())
          for (const call of underWay) expect(instances.policyIn(call.slot)).toBe(call.policy)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('Instances: ever new keys push out neither who is in use nor who is not idle, and take no more places', () => {
  const { instances, use } = setUp(10)
  const slot = instances.begin('in use')
  const inUse = instances.policyIn(slot)
  const open = use('open')
  open.isIdle = false
  for (let i = 0; i < 10_000; i++) use(`stranger ${i}`)
  expect(instances.size).toBe(10)
  expect(instances.get('in use')).toBe(inUse)
  expect(instances.get('open')).toBe(open)
  expect(instances.evicted).toBe(10_000 - 8)
  expect(instances.unplaced).toBe(0)
})

test('Instances: without a place a new key has to do with the common policy', () => {
  const { instances, use, keys } = setUp(2)
  const slots = ['a', 'b'].map((key) => instances.begin(key))
  expect(use('c').name).toBe('common')
  expect(use('d').name).toBe('common')
  expect([instances.unplaced, instances.evicted]).toEqual([2, 0])
  for (const slot of slots) instances.end(slot)
  expect(use('c').name).toBe('c')
  expect(keys()).toEqual(['b', 'c'])
})

test('Instances: when none is idle, the least recently used that is expendable goes, and is disposed of', () => {
  const { instances, use, keys } = setUp(3)
  const [stays, goes, last] = ['stays', 'goes', 'last'].map((key) => use(key))
  for (const policy of [stays, goes, last]) policy!.isIdle = false
  goes!.isExpendable = true
  last!.isExpendable = true
  expect(use('new').name).toBe('new')
  expect(keys()).toEqual(['last', 'new', 'stays'])
  expect([instances.evicted, instances.unplaced]).toEqual([1, 0])
  expect([stays, goes, last].map((policy) => policy?.disposed)).toEqual([0, 1, 0])
  expect(use('another').name).toBe('another')
  expect(keys()).toEqual(['another', 'last', 'stays'])
})

test('Instances: an idle one goes before one that is only expendable', () => {
  const { use, keys } = setUp(2)
  const open = use('open')
  open.isIdle = false
  open.isExpendable = true
  use('idle')
  use('new')
  expect(keys()).toEqual(['new', 'open'])
})

test('Instances: what is expendable stays while it is in use', () => {
  const { instances, use } = setUp(1)
  const slot = instances.begin('open')
  const open = instances.policyIn(slot)
  open.isIdle = false
  open.isExpendable = true
  expect(use('new').name).toBe('common')
  instances.end(slot)
  expect(use('new').name).toBe('new')
  expect(open.disposed).toBe(1)
})

test('Instances: one eviction looks at 16 keys, and the next one at others', () => {
  const { instances, use } = setUp(40)
  for (let i = 0; i < 40; i++) use(`busy ${i}`).isIdle = i >= 16
  expect(use('new').name).toBe('common')
  expect(use('new').name).toBe('new')
  expect(instances.get('busy 16')).toBeUndefined()
  expect(instances.get('busy 15')?.name).toBe('busy 15')
  const other = setUp(40)
  for (let i = 0; i < 40; i++) other.use(`busy ${i}`).isIdle = i >= 15
  expect(other.use('new').name).toBe('new')
})

test('Instances: what nobody has used for as long as configured goes when others come, two at a time', async () => {
  const { clock, instances, use, keys } = setUp(100, 1_000)
  for (const key of ['a', 'b', 'c', 'd']) use(key)
  await clock.advance(999)
  use('a')
  use('e')
  expect(keys()).toEqual(['a', 'b', 'c', 'd', 'e'])
  await clock.advance(1)
  use('f')
  expect(keys()).toEqual(['a', 'd', 'e', 'f'])
  expect(instances.evicted).toBe(2)
  use('g')
  expect(keys()).toEqual(['a', 'e', 'f', 'g'])
})

test('Instances: what is unused and not idle stays', async () => {
  const { clock, use, keys } = setUp(100, 1_000)
  use('open').isIdle = false
  const held = setUp(100, 1_000)
  held.instances.begin('held')
  await Promise.all([clock.advance(5_000), held.clock.advance(5_000)])
  use('a')
  held.use('a')
  expect(keys()).toEqual(['a', 'open'])
  expect(held.keys()).toEqual(['a', 'held'])
})

test('Instances: a removed key is made anew, one in use cannot be removed', () => {
  const { instances, use } = setUp(10)
  const first = use('a')
  expect(use('a')).toBe(first)
  expect(instances.remove('a')).toBe(true)
  expect(instances.remove('a')).toBe(false)
  expect(instances.get('a')).toBeUndefined()
  expect(use('a')).not.toBe(first)
  const slot = instances.begin('a')
  expect(instances.remove('a')).toBe(false)
  instances.end(slot)
  expect(instances.remove('a')).toBe(true)
})

test('Instances: tells who remembers slots when one is free', () => {
  const { instances, use } = setUp(1)
  const forgotten: number[] = []
  const user = { forget: (slot: number) => forgotten.push(slot) }
  instances.inform(user)
  use('a')
  use('b')
  instances.remove('b')
  expect(forgotten).toEqual([1, 1])
})

test('Instances: who remembers slots is not kept for it, and those that are left are told all the same', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const { clock, instances, use } = setUp(1)
  const remember = (): WeakRef<object> => {
    const user = { forget: () => {} }
    instances.inform(user)
    return new WeakRef(user)
  }
  const gone = remember()
  const forgotten: number[] = []
  const kept = { forget: (slot: number) => forgotten.push(slot) }
  instances.inform(kept)
  await clock.settle()
  collectGarbage()
  expect(gone.deref()).toBeUndefined()
  use('a')
  use('b')
  expect(forgotten).toEqual([1])
  const other = { forget: (slot: number) => forgotten.push(slot) }
  instances.inform(other)
  use('c')
  expect(forgotten).toEqual([1, 1, 1])
})
