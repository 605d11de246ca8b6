import { expect, test } from 'vitest'
import { callInTurn } from './call-loops.ts'
import { measureBytes } from './measure-bytes.ts'

const options = { loop: callInTurn, warmUpCalls: 5_000, samples: 5 }

/** What a call leaves, so that no compiler can do without it. */
const kept: unknown[] = []
let calls = 0

async function bytesOf(make: () => unknown): Promise<number> {
  return measureBytes(() => {
    kept[calls++ % 16] = make()
  }, options)
}

const doubles = (count: number): (() => number[]) => {
  const template = Array.from({ length: count }, (_, index) => index + 0.5)
  return () => [...template]
}

test('measureBytes: counts what a call allocates', async () => {
  const nothing = await bytesOf(() => 1)
  // An array is a header of 32 bytes and its elements with one of 16; a double takes 8 bytes.
  const hundred = (await bytesOf(doubles(100))) - nothing
  expect(hundred).toBeGreaterThanOrEqual(848)
  expect(hundred).toBeLessThan(848 * 1.03)
  const thousand = (await bytesOf(doubles(1_000))) - nothing
  expect(thousand).toBeGreaterThanOrEqual(8_048)
  expect(thousand).toBeLessThan(8_048 * 1.03)
})

test('measureBytes: what fills the young heap with a few calls is still counted', async () => {
  const bytes = await bytesOf(doubles(12_500))
  expect(bytes).toBeGreaterThanOrEqual(100_048)
  expect(bytes).toBeLessThan(140_000)
})
