import fc from 'fast-check'
import { expect, test } from 'vitest'
import { argumentsKey, keyLengthMax } from './arguments-key.ts'

class Place {
  readonly lat: number
  constructor(lat: number) {
    this.lat = lat
  }
}

test.each([
  [[], ['']],
  [['a', 'b'], ['ab']],
  [['1'], [1]],
  [[1], [1n]],
  [[undefined], [null]],
  [[undefined], []],
  [['null'], [null]],
  [[true], ['true']],
  [[Number.NaN], [null]],
  [[[null]], [[]]],
  [[{ a: 1 }], ['{"a":1}']],
  [[{ a: '1' }], [{ a: 1 }]],
  [['s1:a'], ['a']],
  [['a;stringb'], ['a', 'b']],
  [[null], []],
  [[{ a: true }], [{ a: false }]],
  [[[1], 2], [[1, 2]]],
])('argumentsKey: %o and %o are not the same', (one, other) => {
  expect(argumentsKey(one)).toEqual(expect.any(String))
  expect(argumentsKey(one)).not.toBe(argumentsKey(other))
})

test('argumentsKey: the same arguments have the same key, and an absent property is as good as none', () => {
  expect(argumentsKey([{ a: 1, b: undefined }, new Place(1)])).toBe(argumentsKey([{ a: 1 }, { lat: 1 }]))
  expect(argumentsKey([new Date(0)])).toBe(argumentsKey([new Date(0)]))
  expect(argumentsKey([Object.create(null)])).toBe(argumentsKey([{}]))
})

test.each([
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a Map', new Map([[1, 2]])],
  ['a Set in an object', { of: new Set([1]) }],
  ['a number that JSON cannot write', { n: Number.NaN }],
  ['undefined in a list', [undefined]],
  ['a big number in an object', { n: 1n }],
  ['a function in an object', { f: () => 1 }],
])('argumentsKey: %s has no key', (_what, value) => {
  expect(argumentsKey([value])).toBeUndefined()
})

test('argumentsKey: has a limit', () => {
  expect(argumentsKey([])).toBe('')
  const overhead = argumentsKey(['x'.repeat(1_000)])?.length ?? 0
  expect(argumentsKey(['x'.repeat(keyLengthMax - (overhead - 1_000))])?.length).toBe(keyLengthMax)
  expect(argumentsKey(['x'.repeat(keyLengthMax - (overhead - 1_000) + 1)])).toBeUndefined()
})

test('argumentsKey: different arguments have different keys', () => {
  const primitive = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(undefined, null),
  )
  const args = fc.array(fc.oneof(primitive, fc.array(fc.string()), fc.dictionary(fc.string(), fc.string())), {
    maxLength: 4,
  })
  const shown = (value: readonly unknown[]): string =>
    value
      .map((each) =>
        typeof each === 'object' ? JSON.stringify(each) : `${typeof each} ${JSON.stringify(String(each))}`,
      )
      .join()
  fc.assert(
    fc.property(args, args, (one, other) => {
      expect(argumentsKey(one) === argumentsKey(other)).toBe(shown(one) === shown(other))
    }),
    { numRuns: 200 },
  )
})
