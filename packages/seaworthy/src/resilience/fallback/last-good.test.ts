import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { lastGood, type LastGoodOptions } from './last-good.ts'
import { LruMap } from '../keyed/lru-map.ts'

function setUp(options: LastGoodOptions<readonly unknown[]> = {}) {
  const clock = manualClock()
  const source = lastGood(options).start(clock)
  const remember = (args: readonly unknown[], value: unknown): void => source.remember?.(args, value)
  const find = async (...args: readonly unknown[]): Promise<unknown> => (await source.find(args))?.value
  return { clock, remember, find }
}

test('lastGood: tells calls apart by their arguments', async () => {
  const { remember, find } = setUp()
  remember([{ lat: 1 }, 'a'], 'first')
  remember([{ lat: 2 }, 'a'], 'second')
  expect(await find({ lat: 1 }, 'a')).toBe('first')
  expect(await find({ lat: 2 }, 'a')).toBe('second')
  expect(await find({ lat: 2 })).toBeUndefined()
})

test('lastGood: an own key decides', async () => {
  const { remember, find } = setUp({ key: (id) => String(id) })
  remember([1, 'x'], 'value')
  expect(await find(1, 'y')).toBe('value')
})

test('lastGood: the newest value wins and a value too old is forgotten', async () => {
  const { clock, remember, find } = setUp({ maxAge: '1m' })
  remember([1], 'old')
  await clock.advance(30_000)
  remember([1], 'new')
  await clock.advance(60_000)
  expect(await find(1)).toBe('new')
  await clock.advance(1)
  expect(await find(1)).toBeUndefined()
})

test('lastGood: the age does not depend on the wall clock', async () => {
  const { clock, remember, find } = setUp({ maxAge: '1m' })
  remember([1], 'value')
  clock.jumpWall(3_600_000)
  expect(await find(1)).toBe('value')
})

test('lastGood: arguments that JSON cannot write are not remembered', async () => {
  const { remember, find } = setUp()
  remember([1n], 'value')
  expect(await find(1n)).toBeUndefined()
})

test('lastGood: holds a bounded number of values and drops the least recently used', async () => {
  const { remember, find } = setUp({ entries: 2 })
  remember(['a'], 1)
  remember(['b'], 2)
  await find('a')
  remember(['c'], 3)
  expect([await find('a'), await find('b'), await find('c')]).toEqual([1, undefined, 3])
})

test('lastGood: refuses wrong options', () => {
  expect(() => lastGood({ entries: 0 })).toThrow('"entries" must be a whole number from 1 to 1000000')
})

test('LruMap: replacing a value takes no further place', () => {
  const map = new LruMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  expect([map.size, map.get('a'), map.get('b')]).toEqual([2, 3, 2])
})
