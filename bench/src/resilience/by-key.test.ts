import { expect, test } from 'vitest'
import { byKey } from './by-key.ts'

test('byKey: makes one for each key', () => {
  let made = 0
  const { of, all } = byKey(() => ({ number: ++made }))
  expect([of('a').number, of('b').number, of('a').number]).toEqual([1, 2, 1])
  expect([...all()].map(({ number }) => number)).toEqual([1, 2])
})
