import {
  pino,
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger as PinoLogger,
} from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Clock } from 'seaworthy/core'
import { sanitizeText, type Redactor } from 'seaworthy/security'
import { contextFields, currentContext, type LogLevel } from 'seaworthy/telemetry'
import { standardOutput } from './log-destination.ts'
import { readableLine } from './readable-line.ts'

export interface HttpLoggerOptions {
  /** The name in each line. */
  readonly service: string
  readonly level: LogLevel
  readonly redactor: Redactor
  readonly clock: Clock
  /** Lines for people instead of JSON. */
  readonly readable: boolean
  /** Default: standard output, without waiting for its reader. */
  readonly destination?: DestinationStream | undefined
}

/**
 * A pino logger whose lines have the schema of `LogLine`: time, level, service, message, the context of the running
 * request, then the fields of the event without secrets.
 */
export function createHttpLogger(options: HttpLoggerOptions): PinoLogger {
  const { service, level, redactor, clock, readable } = options
  const destination = options.destination ?? standardOutput()
  const logger = pino(
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
      },
      // Errors have been made plain by the redactor.
      serializers: { error: asIs, err: asIs },
      hooks: {
        logMethod(args, method) {
          const [fields, ...rest] = withMessage(args)
          const clean = (arg: unknown): unknown =>
            typeof arg === 'string' ? sanitizeText(redactor.redactText(arg)) : arg
          method.apply(this, [clean(fields), ...rest.map(clean)] as typeof args)
        },
      },
    },
    readable ? readableStream(destination) : destination,
  )
  // Children inherit it. pino lets its own formatters see the fields of the first logger only.
  const { child } = logger
  const redactedChild = function (this: PinoLogger, fields: Bindings, childOptions?: ChildLoggerOptions) {
    return Reflect.apply(child, this, [redactor.redact(fields) as Bindings, childOptions])
  }
  Reflect.set(logger, 'child', redactedChild)
  return logger
}

function asIs(value: unknown): unknown {
  return value
}

/** An error without a message gives its own: pino would take it only after the redaction. */
function withMessage(args: readonly unknown[]): readonly unknown[] {
  const [first, message, ...rest] = args
  if (first instanceof Error) return [{ error: first }, message ?? first.message, ...rest]
  if (message !== undefined || typeof first !== 'object' || first === null) return args
  const error: unknown = Reflect.get(first, 'error') ?? Reflect.get(first, 'err')
  return error instanceof Error ? [first, error.message] : args
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
  return { write: (line) => destination.write(format(readableLine(line))) }
}
