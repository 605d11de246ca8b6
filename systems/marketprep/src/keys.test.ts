import { expect, test } from 'vitest'
import { keysOf } from './keys.ts'

const secret = (fill: number) => new Uint8Array(32).fill(fill)
const texts = (fill: number) =>
  Object.values(keysOf(secret(fill))).map((key) => Buffer.from(key as Uint8Array).toString('hex'))

test('keysOf: the same secret gives the same keys, another one others', () => {
  expect(keysOf(secret(1))).toEqual(keysOf(secret(1)))
  expect(texts(1).filter((key) => texts(2).includes(key))).toEqual([])
})

test('keysOf: every purpose has a key of its own, of 32 bytes', () => {
  const keys = keysOf(secret(1))
  const all = Object.values(keys).map((key) =>
    typeof key === 'string' ? Buffer.from(key, 'hex') : Buffer.from(key),
  )
  expect(new Set(all.map((key) => key.toString('hex'))).size).toBe(6)
  for (const key of all) expect(key.byteLength).toBe(32)
})

// What is stored under these keys must open after every update.
test('keysOf: the keys stay what they are', () => {
  const { cursors, tenancy } = keysOf(secret(1))
  expect([cursors.slice(0, 8), tenancy.slice(0, 8)]).toMatchInlineSnapshot(`
    [
      "48a5c8d7",
      "45347450",
    ]
  `)
})
