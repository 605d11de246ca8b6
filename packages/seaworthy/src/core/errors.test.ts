import { expect, expectTypeOf, test } from 'vitest'
import { coreError, coreErrors, type CoreErrorCode } from './core-errors.ts'
import { errorCode, errorFactory, isSeaworthyError, SeaworthyError } from './errors.ts'

test('errorFactory: makes an error with everything of its entry', () => {
  const cause = new Error('why')
  const error = coreError('ERR_QUEUE_FULL', 'Cannot add', {
    details: { capacity: 2 },
    cause,
    retryAfterMs: 5,
  })
  expect(error).toBeInstanceOf(SeaworthyError)
  expect(error).toMatchObject({
    name: 'SeaworthyError',
    code: 'ERR_QUEUE_FULL',
    title: 'Queue full',
    status: 503,
    message: 'Cannot add',
    details: { capacity: 2 },
    cause,
    retryAfterMs: 5,
  })
  expect(Object.isFrozen(error.details)).toBe(true)
  expectTypeOf(error.code).toEqualTypeOf<'ERR_QUEUE_FULL'>()
  expectTypeOf<CoreErrorCode>().toEqualTypeOf<keyof typeof coreErrors>()
})

test('errorFactory: an error without extras has no cause and no retry time', () => {
  const error = coreError('ERR_QUEUE_FULL', 'Cannot add')
  expect('cause' in error).toBe(false)
  expect(error.retryAfterMs).toBeUndefined()
  expect(error.details).toEqual({})
})

test('errorFactory: a code that is not in the table is a fault of the program', () => {
  const fail = errorFactory(coreErrors)
  expect(() => fail('ERR_UNKNOWN' as never, 'x')).toThrow('code ERR_UNKNOWN is not in the table')
})

test('isSeaworthyError: knows coded errors, not look-alikes', () => {
  expect(isSeaworthyError(coreError('ERR_QUEUE_FULL', 'x'))).toBe(true)
  for (const other of [new Error('x'), { code: 'ERR_QUEUE_FULL' }, 'ERR_QUEUE_FULL', null, undefined]) {
    expect(isSeaworthyError(other)).toBe(false)
  }
})

test('errorCode: reads the code of coded errors and of Node, and nothing else', () => {
  expect(errorCode(coreError('ERR_QUEUE_FULL', 'x'))).toBe('ERR_QUEUE_FULL')
  expect(errorCode(Object.assign(new Error('x'), { code: 'ECONNRESET' }))).toBe('ECONNRESET')
  for (const other of [new Error('x'), Object.assign(new Error('x'), { code: 5 }), 'text', null]) {
    expect(errorCode(other)).toBeUndefined()
  }
})

test('coreErrors: every entry is complete', () => {
  for (const [code, entry] of Object.entries(coreErrors)) {
    expect(code).toMatch(/^ERR_[A-Z_]+$/)
    expect(entry.status).toBeGreaterThanOrEqual(400)
    for (const text of [entry.title, entry.meaning, entry.remedy]) expect(text).not.toBe('')
  }
})

test('errorFactory: a refusal by the thousand takes no stack, and the next error has one again', () => {
  const fail = errorFactory(coreErrors)
  const refusal = fail('ERR_QUEUE_FULL', 'Cannot add: all is taken', { isStackless: true })
  expect(refusal.stack).toBe('SeaworthyError: Cannot add: all is taken')
  expect(fail('ERR_QUEUE_FULL', 'Cannot add: all is taken').stack).toContain('errors.test.ts')
})
