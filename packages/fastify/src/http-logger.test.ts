import { coreError, manualClock } from 'seaworthy/core'
import { createRedactor } from 'seaworthy/security'
import { freshContext, runWithContext } from 'seaworthy/telemetry'
import { expect, test } from 'vitest'
import { createHttpLogger, type HttpLoggerOptions } from './http-logger.ts'

function write(
  options: Partial<HttpLoggerOptions>,
  work: (log: ReturnType<typeof createHttpLogger>) => void,
): string {
  const lines: string[] = []
  work(
    createHttpLogger({
      service: 'sample',
      level: 'info',
      redactor: createRedactor(),
      clock: manualClock(),
      readable: false,
      destination: { write: (line) => void lines.push(line) },
      ...options,
    }),
  )
  return lines.join('')
}

test('createHttpLogger: writes the schema of a log line with the running context', () => {
  const context = freshContext()
  const line = JSON.parse(
    write({}, (log) => runWithContext(context, () => log.warn({ event: 'sample' }, 'hello'))),
  )
  expect(line).toEqual({
    time: '2026-01-05T08:00:00.000Z',
    level: 'warn',
    service: 'sample',
    message: 'hello',
    event: 'sample',
    correlationId: context.correlationId,
    traceId: context.traceId,
    spanId: context.spanId,
  })
})

test('createHttpLogger: takes secrets out of fields, children, errors and messages', () => {
  const token = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(30)}.${'b'.repeat(30)}`
  const text = write({}, (log) => {
    log.info({ password: 'hunter2', deep: { nested: { apiKey: 'hunter2' } } }, `Bearer ${token}`)
    log.child({ authorization: 'hunter2' }).info('child')
    log.error({ error: new Error('postgres://user:hunter2@host/db') }, 'failed')
    log.error(new Error('password=hunter2'))
    log.error({ error: new Error('password=hunter2') })
    log.info('for %s', token)
  })
  expect(text.split('\n')).toHaveLength(7)
  expect(text).not.toContain('hunter2')
  expect(text).not.toContain('b'.repeat(30))
})

test('createHttpLogger: readable lines are for one terminal line each, whatever the message holds', () => {
  const text = write({ readable: true }, (log) =>
    log.info({ event: 'x' }, 'first\n\u001b[31mforged\u2028line'),
  )
  expect(text).toContain('first forged line')
  expect(text.trimEnd().split('\n')).toHaveLength(1)
})

test('createHttpLogger: a readable line tells a coded error by codes and messages, another with its stack', () => {
  const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' })
  const coded = coreError('ERR_QUEUE_FULL', 'Cannot add', { cause: new Error('outer', { cause }) })
  const short = write({ readable: true }, (log) => log.warn({ event: 'probe', error: coded }, 'failed'))
  expect(short).toContain(
    'ERR_QUEUE_FULL: Cannot add; caused by outer; caused by ECONNREFUSED: connect refused',
  )
  expect(short.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  for (const key of ['error', 'err']) {
    const internal = Object.assign(new Error('unforeseen'), { code: 'ERR_INTERNAL' })
    for (const error of [new TypeError('unforeseen'), internal]) {
      const long = write({ readable: true }, (log) => log.error({ [key]: error }, 'failed'))
      expect(long).toContain('http-logger.test.ts')
    }
  }
})

test('createHttpLogger: lines below the level are not written', () => {
  expect(write({ level: 'error' }, (log) => log.warn('hello'))).toBe('')
})
