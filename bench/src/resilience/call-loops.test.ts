import { expect, test } from 'vitest'
import { callAndCatch, callAtOnce, callInTurn, concurrentCalls } from './call-loops.ts'

function watched(end: () => Promise<unknown>) {
  const seen = { calls: 0, most: 0, active: 0 }
  const call = async () => {
    seen.calls++
    seen.most = Math.max(seen.most, ++seen.active)
    try {
      return await end()
    } finally {
      seen.active--
    }
  }
  return { seen, call }
}

test('callInTurn: makes that many calls, one at a time', async () => {
  const { seen, call } = watched(async () => undefined)
  await callInTurn(call, 7)
  expect(seen).toEqual({ calls: 7, most: 1, active: 0 })
})

test('callInTurn: a call that rejects ends the batch', async () => {
  await expect(callInTurn(() => Promise.reject(new Error('no')), 7)).rejects.toThrow('no')
})

test('callAndCatch: goes on after calls that reject', async () => {
  const { seen, call } = watched(() => Promise.reject(new Error('no')))
  await callAndCatch(call, 7)
  expect(seen).toEqual({ calls: 7, most: 1, active: 0 })
})

test('callAtOnce: has a thousand under way together, and all have ended in the end', async () => {
  const { seen, call } = watched(async () => undefined)
  await callAtOnce(call, 3 * concurrentCalls)
  expect(seen).toEqual({ calls: 3_000, most: 1_000, active: 0 })
})
