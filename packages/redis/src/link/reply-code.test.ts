import { expect, test } from 'vitest'
import { isPassing, replyCode } from './reply-code.ts'

test.each([
  ['NOSCRIPT No matching script. Please use EVAL.', 'NOSCRIPT'],
  ["READONLY You can't write against a read only replica.", 'READONLY'],
  ['WRONGTYPE Operation against a key', 'WRONGTYPE'],
  ['ERR unknown command', 'ERR'],
  ['Socket closed unexpectedly', undefined],
  ['connect ECONNREFUSED 127.0.0.1:1', undefined],
  ['ECONNRESET', undefined],
  ['', undefined],
])('replyCode: of "%s" is %s', (message, code) => {
  expect(replyCode(new Error(message))).toBe(code)
})

test('replyCode: of what is no error is none', () => {
  expect(replyCode('NOSCRIPT No matching script.')).toBeUndefined()
  expect(replyCode(undefined)).toBeUndefined()
})

test('isPassing: tells a server that cannot serve from a command that is wrong', () => {
  const passing = [
    'LOADING',
    'READONLY',
    'MASTERDOWN',
    'CLUSTERDOWN',
    'TRYAGAIN',
    'BUSY',
    'OOM',
    'MISCONF',
    'NOREPLICAS',
  ]
  expect(passing.filter((code) => !isPassing(code))).toEqual([])
  expect(['ERR', 'WRONGTYPE', 'NOSCRIPT', 'NOPERM', 'MOVED'].filter(isPassing)).toEqual([])
})
