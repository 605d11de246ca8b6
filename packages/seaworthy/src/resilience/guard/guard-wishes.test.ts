import { expect, test } from 'vitest'
import { pipeline } from '../engine/pipeline.ts'
import { guard } from './guard.ts'

test.each([
  [null, 'options must be an object, received null'],
  [{ timeoutMs: '1s' }, 'its timeoutMs must be a number, or left out, received "1s"'],
  [{ signal: {} }, 'its signal must be an AbortSignal, or left out, received {}'],
])('guard: wishes such as %j are refused before the call', (wishes, message) => {
  const guarded = guard(pipeline([]), async () => 1)
  expect(() => guarded.with(wishes as never)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: `Cannot make a call: ${message}` }),
  )
})

test('guard: a key that is no text, and a cost that is no number, fail the call with a code', async () => {
  const keyed = guard(pipeline([]), async (id: number) => id, { key: ((id: number) => id) as never })
  await expect(keyed(5)).rejects.toThrow('Cannot make a call: its key must be text, or left out, received 5')
  const priced = guard(pipeline([]), async (id: number) => id, { cost: (() => '5') as never })
  await expect(priced(5)).rejects.toThrow('its cost must be a number, or left out, received "5"')
})
