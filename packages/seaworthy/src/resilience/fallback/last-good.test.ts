import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { lastGood, type LastGoodOptions } from './last-good.ts'

const failure = { error: new Error('down'), signal: new AbortController().signal }

function setUp(options: LastGoodOptions<readonly unknown[]> = {}) {
  const clock = manualClock()
  const source = lastGood(options).start(clock)
  const remember = (args: readonly unknown[], value: unknown): void => source.remember?.(args, value)
  const find = async (...args: readonly unknown[]): Promise<unknown> =>
    (await source.find(args, failure))?.value
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

test('lastGood: arguments that cannot be told apart are not remembered', async () => {
  const { remember, find } = setUp()
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  for (const argument of [
    circular,
    new Map([[1, 2]]),
    { at: new Map([[1, 2]]) },
    () => 1,
    'x'.repeat(8_193),
  ]) {
    remember([argument], 'value')
    expect(await find(argument)).toBeUndefined()
  }
})

test('lastGood: a value of undefined or null is remembered like any other', async () => {
  const clock = manualClock()
  const source = lastGood().start(clock)
  source.remember?.([1], undefined)
  source.remember?.([2], null)
  expect(source.find([1], failure)).toMatchObject({ value: undefined, ageMs: 0 })
  expect(source.find([2], failure)).toMatchObject({ value: null, ageMs: 0 })
})

test('lastGood: tells the age and the moment of what it remembers', async () => {
  const clock = manualClock()
  const source = lastGood().start(clock)
  const asOf = new Date(clock.wallTime())
  source.remember?.([1], 'value')
  await clock.advance(1_500)
  clock.jumpWall(-3_600_000)
  expect(source.find([1], failure)).toEqual({ value: 'value', asOf, ageMs: 1_500 })
})

test('lastGood: a key of its own that is too long is not remembered', async () => {
  const { remember, find } = setUp({ key: (id) => String(id) })
  remember(['x'.repeat(8_192)], 'value')
  remember(['y'.repeat(8_193)], 'value')
  expect(await find('x'.repeat(8_192))).toBe('value')
  expect(await find('y'.repeat(8_193))).toBeUndefined()
})

test('lastGood: holds a bounded number of values and drops the least recently used', async () => {
  const { remember, find } = setUp({ entries: 2 })
  remember(['a'], 1)
  remember(['b'], 2)
  await find('a')
  remember(['c'], 3)
  expect([await find('a'), await find('b'), await find('c')]).toEqual([1, undefined, 3])
})

test('lastGood: what cannot be remembered takes no place', async () => {
  const { remember, find } = setUp({ entries: 1 })
  remember(['a'], 1)
  remember([() => 1], 2)
  expect(await find('a')).toBe(1)
})

test('lastGood: a value that was found too old takes no place any more', async () => {
  const { clock, remember, find } = setUp({ entries: 2, maxAge: '1m' })
  remember(['old'], 1)
  await clock.advance(60_000)
  remember(['a'], 2)
  await clock.advance(1)
  expect(await find('old')).toBeUndefined()
  remember(['b'], 3)
  expect([await find('a'), await find('b')]).toEqual([2, 3])
})

test('lastGood: refuses wrong options', () => {
  expect(() => lastGood({ entries: 0 })).toThrow('"entries" must be a whole number from 1 to 1000000')
})
