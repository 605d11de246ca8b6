import { postgresError } from '@seaworthy/postgres'
import { expect, test } from 'vitest'
import { clientError } from '../clients/client-errors.ts'
import { classifySquareError } from './classify-square-error.ts'
import { failureNote } from './failure-note.ts'
import { squareError } from './square-errors.ts'

test("classifySquareError: our own database and the vendor's connection say nothing about Square", () => {
  for (const error of [
    postgresError('ERR_DATABASE_UNAVAILABLE', 'gone'),
    postgresError('ERR_POOL_EXHAUSTED', 'full'),
    squareError('ERR_SQUARE_NOT_SYNCHRONISED', 'not yet'),
    clientError('ERR_UPSTREAM_UNAUTHORIZED', 'revoked'),
    Object.assign(new Error('full'), { code: 'ERR_BULKHEAD_FULL' }),
  ]) {
    expect(classifySquareError(error)).toBe('ignored')
  }
  expect(classifySquareError(clientError('ERR_SCHEMA_MISMATCH', 'other form'))).toBe('failed')
  expect(classifySquareError(new Error('anything'))).toBe('failed')
})

test('failureNote: says what happened and what to do', () => {
  const stopped = AbortSignal.abort()
  expect(failureNote(stopped.reason, stopped)).toMatch(/was interrupted/)
  expect(failureNote(clientError('ERR_UPSTREAM_UNAUTHORIZED', 'x'))).toMatch(/connect it again/)
  expect(failureNote(new Error('x'))).toMatch(/failed \(unknown reason\)/)
})
