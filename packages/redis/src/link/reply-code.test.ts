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

test.each([
  ['LOADING Redis is loading the dataset in memory', true],
  ["READONLY You can't write against a read only replica.", true],
  ['CLUSTERDOWN The cluster is down', true],
  ["OOM command not allowed when used memory > 'maxmemory'.", true],
  ['NOSCRIPT No matching script. Please use EVAL.', false],
  ["NOPERM this user has no permissions to run the 'eval' command", false],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', false],
])('isPassing: "%s" says that the server cannot serve now: %s', (message, expected) => {
  expect(isPassing(replyCode(new Error(message)) ?? '')).toBe(expected)
})
