import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { freshContext, runWithContext } from './context.ts'
import { isLevelEnabled } from './log-level.ts'
import type { LogLine } from './log-line.ts'
import { createLogger, type LoggerOptions } from './logger.ts'

function recorded(options: Partial<LoggerOptions> = {}) {
  const lines: LogLine[] = []
  const logger = createLogger({
    service: 'shop',
    clock: manualClock(),
    write: (line) => lines.push(line),
    ...options,
  })
  return { lines, logger }
}

test('createLogger: a line has time, level, service, message and the fields of the event', () => {
  const { lines, logger } = recorded()
  logger.info({ orders: 3 }, 'Orders read')
  expect(lines).toEqual([
    { time: '2026-01-05T08:00:00.000Z', level: 'info', service: 'shop', message: 'Orders read', orders: 3 },
  ])
})

test('createLogger: adds the context of the running request', () => {
  const { lines, logger } = recorded()
  const context = freshContext()
  runWithContext(context, () => logger.warn({}, 'Slow'))
  const { correlationId, traceId, spanId } = context
  expect(lines[0]).toMatchObject({ correlationId, traceId, spanId })
})

test('createLogger: writes from its level up', () => {
  const { lines, logger } = recorded({ level: 'warn' })
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level]({}, level)
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'error', 'fatal'])
  expect(isLevelEnabled('info', 'info')).toBe(true)
})

test('createLogger: a child adds its fields, the event wins over them, neither over what every line has', () => {
  const { lines, logger } = recorded()
  logger
    .child({ part: 'sync', step: 1 })
    .child({ vendor: 'v1' })
    .info({ step: 2, level: 'none', time: 'never' }, 'Done')
  expect(lines[0]).toMatchObject({
    part: 'sync',
    step: 2,
    vendor: 'v1',
    level: 'info',
    time: '2026-01-05T08:00:00.000Z',
  })
})

test('createLogger: an error is written with its code and causes, however deep they go', () => {
  const { lines, logger } = recorded()
  const loop = new Error('round')
  loop.cause = loop
  const error = Object.assign(new Error('outer', { cause: new TypeError('inner', { cause: 'text' }) }), {
    code: 'E_X',
  })
  logger.error({ error, loop }, 'Failed')
  expect(lines[0]).toMatchObject({
    error: {
      name: 'Error',
      message: 'outer',
      code: 'E_X',
      cause: { name: 'TypeError', message: 'inner', cause: 'text' },
    },
  })
  expect(() => JSON.stringify(lines[0])).not.toThrow()
})

test('createLogger: hands message and fields to the redaction', () => {
  const { lines, logger } = recorded({
    redact: (value) => JSON.parse(JSON.stringify(value).replaceAll('hunter2', '***')) as unknown,
  })
  logger.info({ password: 'hunter2' }, 'password is hunter2')
  expect(lines[0]).toMatchObject({ password: '***', message: 'password is ***' })
})

test('createLogger: writes nothing of the event when its redaction fails', () => {
  const { lines, logger } = recorded({
    redact: () => {
      throw new Error('broken')
    },
  })
  logger.info({ password: 'hunter2' }, 'password is hunter2')
  expect(JSON.stringify(lines)).not.toContain('hunter2')
  expect(lines).toHaveLength(1)
})

test('createLogger: never throws when writing fails', () => {
  const { logger } = recorded({
    write: () => {
      throw new Error('disk full')
    },
  })
  expect(() => logger.fatal({}, 'Lost')).not.toThrow()
})

test('createLogger: an event that cannot be read is said to be missing', () => {
  const { lines, logger } = recorded()
  const hostile = Object.defineProperty({}, 'field', {
    enumerable: true,
    get: () => {
      throw new Error('no')
    },
  })
  logger.fatal(hostile, 'Lost')
  expect(lines).toMatchObject([
    { level: 'fatal', message: 'The event of this line could not be read or redacted' },
  ])
})
