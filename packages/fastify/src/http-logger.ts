import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Clock } from 'seaworthy/core'
import { sanitizeText, type Redactor } from 'seaworthy/security'
import { contextFields, currentContext, type LogLevel } from 'seaworthy/telemetry'

export interface HttpLoggerOptions {
  /** The name in each line. */
  readonly service: string
  readonly level: LogLevel
  readonly redactor: Redactor
  readonly clock: Clock
  /** Lines for people instead of JSON. */
  readonly readable: boolean
  /** Default: standard output. */
  readonly destination?: DestinationStream | undefined
}

/**
 * A pino logger whose lines have the schema of `LogLine`: time, level, service, message, the context of the running
 * request, then the fields of the event without secrets.
 */
export function createHttpLogger(options: HttpLoggerOptions): PinoLogger {
  const { service, level, redactor, clock, readable } = options
  const destination = options.destination ?? pino.destination({ dest: 1, sync: true })
  return pino(
    {
      level,
      base: { service },
      messageKey: 'message',
      errorKey: 'error',
      timestamp: () => `,"time":"${new Date(clock.wallTime()).toISOString()}"`,
      mixin: () => contextFields(currentContext()),
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redactor.redact(fields) as Record<string, unknown>,
        bindings: (fields) => redactor.redact(fields) as Record<string, unknown>,
      },
      serializers: {},
      hooks: {
        logMethod(args, method) {
          const clean = args.map((arg) =>
            typeof arg === 'string' ? sanitizeText(redactor.redactText(arg)) : arg,
          ) as typeof args
          method.apply(this, clean)
        },
      },
    },
    readable ? readableStream(destination) : destination,
  )
}

function readableStream(destination: DestinationStream): DestinationStream {
  const format = prettyFactory({
    messageKey: 'message',
    timestampKey: 'time',
    levelKey: 'level',
    errorLikeObjectKeys: ['error'],
    ignore: 'service,traceId,spanId',
    translateTime: 'HH:MM:ss.l',
    singleLine: true,
    colorize: process.stdout.isTTY,
  })
  return { write: (line) => destination.write(format(line)) }
}
