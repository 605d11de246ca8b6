import { expect, test } from 'vitest'
import { BoundedMemo } from './bounded-memo.ts'
import { SharedReads } from './shared-reads.ts'

test('BoundedMemo: the value not asked for longest leaves first', () => {
  const memo = new BoundedMemo<number>(2)
  memo.set('a', 1)
  memo.set('b', 2)
  expect(memo.get('a')).toBe(1)
  memo.set('c', 3)
  expect([memo.get('a'), memo.get('b'), memo.get('c')]).toEqual([1, undefined, 3])
  expect(memo.size).toBe(2)
})

test('BoundedMemo: a value is made once, and only the one meant is forgotten', () => {
  const memo = new BoundedMemo<object>(2)
  const value = memo.getOrMake('a', () => ({}))
  expect(memo.getOrMake('a', () => ({}))).toBe(value)
  memo.delete('a', {})
  expect(memo.get('a')).toBe(value)
  memo.delete('a', value)
  expect(memo.get('a')).toBeUndefined()
})

test('SharedReads: calls at the same time share a reading, and a failed one is tried again', async () => {
  const reads = new SharedReads<number>(2)
  let started = 0
  const read = async (): Promise<number> => {
    started++
    await Promise.resolve()
    if (started === 1) throw new Error('first')
    return started
  }
  const both = await Promise.allSettled([reads.get('a', read), reads.get('a', read)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(started).toBe(1)
  expect(await Promise.all([reads.get('a', read), reads.get('a', read)])).toEqual([2, 2])
  expect(await reads.get('a', read)).toBe(2)
})
