import { expect, test } from 'vitest'
import { classifyDatabaseError, databaseError, sqlstateOf } from './database-error.ts'

/** An error as the driver makes it of the server's answer. */
function serverError(code: string): Error {
  return Object.assign(new Error(`secret in the message`), {
    code,
    severity: 'ERROR',
    detail: 'Key (mail)=(secret) already exists.',
    constraint: 'mail_unique',
  })
}

test.each([
  ['08006', 'ERR_DATABASE_UNAVAILABLE', 'failed'],
  ['53300', 'ERR_DATABASE_UNAVAILABLE', 'failed'],
  ['57P01', 'ERR_DATABASE_UNAVAILABLE', 'failed'],
  ['57014', 'ERR_DATABASE_TIMEOUT', 'failed'],
  ['55P03', 'ERR_DATABASE_TIMEOUT', 'failed'],
  ['25P03', 'ERR_DATABASE_TIMEOUT', 'failed'],
  ['28P01', 'ERR_DATABASE_CREDENTIALS', 'failed'],
  ['40001', 'ERR_DATABASE_CONFLICT', 'ignored'],
  ['40P01', 'ERR_DATABASE_CONFLICT', 'ignored'],
  ['23505', 'ERR_CONSTRAINT_VIOLATED', 'ignored'],
  ['22P02', 'ERR_DATA_REJECTED', 'ignored'],
  ['42501', 'ERR_DATABASE_FORBIDDEN', 'ignored'],
  ['42601', 'ERR_STATEMENT_FAILED', 'ignored'],
] as const)('databaseError: SQLSTATE %s is %s and %s', (sqlstate, code, outcome) => {
  const error = databaseError(serverError(sqlstate), 'insert person')
  expect(error).toMatchObject({
    code,
    details: { sqlstate, constraint: 'mail_unique', statement: 'insert person' },
  })
  expect(JSON.stringify(error) + error.message + String(error.stack)).not.toContain('secret')
  expect(classifyDatabaseError(serverError(sqlstate))).toBe(outcome)
  expect(classifyDatabaseError(error)).toBe(outcome)
  expect(sqlstateOf(error)).toBe(sqlstate)
})

test.each([
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'failed'],
  [new Error('Connection terminated unexpectedly'), 'failed'],
  [new Error('Query read timeout'), 'failed'],
  [new DOMException('The operation was aborted due to timeout', 'TimeoutError'), 'ignored'],
  [new Error('a timeout of something else'), 'ignored'],
  [Object.assign(new Error('no file'), { code: 'ENOENT' }), 'ignored'],
  ['a text', 'ignored'],
] as const)('classifyDatabaseError: %s is %s', (error, outcome) => {
  expect(classifyDatabaseError(error)).toBe(outcome)
})
