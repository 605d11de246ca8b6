import { expect, test } from 'vitest'
import { pooledRandom } from './pooled-random.ts'

test('pooledRandom: gives the size asked for and nothing twice, across blocks', () => {
  const random = pooledRandom()
  const seen = new Set<string>()
  for (let i = 0; i < 3000; i++) {
    const bytes = random(i % 2 === 0 ? 16 : 8)
    expect(bytes.byteLength).toBe(i % 2 === 0 ? 16 : 8)
    seen.add(Buffer.from(bytes).toString('hex'))
  }
  expect(seen.size).toBe(3000)
  expect(random(10_000).byteLength).toBe(10_000)
})
