import { afterEach, expect, test, vi } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { discardResult, disposeResult } from './discard.ts'

afterEach(() => vi.restoreAllMocks())

const warnings = () => vi.spyOn(process, 'emitWarning').mockImplementation(() => {})

test('discardResult: hands on the result and is not disturbed by what happens to it', async () => {
  const warned = warnings()
  const discard = vi.fn()
  discardResult('result', discard)
  expect(discard).toHaveBeenCalledExactlyOnceWith('result')
  discardResult(1, () => {
    throw new Error('at once')
  })
  discardResult(2, () => Promise.reject(new Error('later')))
  await manualClock().settle()
  expect(warned.mock.calls.map(([warning]) => String(warning))).toEqual([
    'SeaworthyListenerWarning: at once',
    'SeaworthyListenerWarning: later',
  ])
})

test('disposeResult: disposes what is disposable, asynchronously if it can', () => {
  const [dispose, asyncDispose] = [vi.fn(), vi.fn()]
  disposeResult({ [Symbol.dispose]: dispose })
  expect(dispose).toHaveBeenCalledTimes(1)
  disposeResult({ [Symbol.dispose]: dispose, [Symbol.asyncDispose]: asyncDispose })
  expect([dispose.mock.calls.length, asyncDispose.mock.calls.length]).toEqual([1, 1])
})

test('disposeResult: cancels the body of a response, which would keep its connection', async () => {
  const cancelled = vi.fn()
  const response = new Response(new ReadableStream({ cancel: cancelled }))
  await disposeResult(response)
  expect(cancelled).toHaveBeenCalledTimes(1)
  const dump = vi.fn()
  disposeResult({ statusCode: 503, body: { dump } })
  expect(dump).toHaveBeenCalledTimes(1)
})

test.each([
  undefined,
  null,
  5,
  'text',
  {},
  { body: 'text' },
  { body: null },
  { body: {} },
  { [Symbol.dispose]: 5 },
  { body: { cancel: 5, dump: 5 } },
  new Response(),
])('disposeResult: leaves %s alone', (result) => {
  expect(disposeResult(result)).toBeUndefined()
})
