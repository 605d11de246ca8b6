import { type Clock, systemClock } from 'seaworthy/core'
import { currentContext } from './context.ts'
import { isLevelEnabled, type LogLevel } from './log-level.ts'
import { logLine, type LogLine } from './log-line.ts'

/** What an event says beside its message. */
export type LogFields = Readonly<Record<string, unknown>>

/** Writes one event. Never throws. */
export type LogMethod = (fields: LogFields, message: string) => void

/** A log. pino's logger is one, too. */
export interface Logger {
  readonly trace: LogMethod
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
  readonly fatal: LogMethod
  /** A logger that adds fields to each of its lines. */
  child(fields: LogFields): Logger
}

export interface LoggerOptions {
  /** The name of the service, in each line. */
  readonly service: string
  /** Takes the finished line. A fault of it is swallowed: a log must not break what it describes. */
  readonly write: (line: LogLine) => void
  /** The least level that is written. Default `info`. */
  readonly level?: LogLevel
  readonly clock?: Clock
  /** Takes secrets out of the message and the fields. When it throws, neither is written. Default: nothing is taken out. */
  readonly redact?: (value: unknown) => unknown
}

/** Makes a logger that adds the context of the running request to each line. */
export function createLogger(options: LoggerOptions): Logger {
  const least = options.level ?? 'info'
  return build({ clock: systemClock, redact: (value) => value, ...options }, least, {})
}

type Settings = LoggerOptions & Required<Pick<LoggerOptions, 'clock' | 'redact'>>

function build(settings: Settings, least: LogLevel, base: LogFields): Logger {
  const method =
    (level: LogLevel): LogMethod =>
    (fields, message) => {
      if (isLevelEnabled(level, least)) emit(settings, level, { base, fields, message })
    }
  return Object.freeze({
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    child: (fields: LogFields) => build(settings, least, { ...base, ...fields }),
  })
}

interface LogEvent {
  readonly base: LogFields
  readonly fields: LogFields
  readonly message: string
}

function emit({ service, write, clock, redact }: Settings, level: LogLevel, event: LogEvent): void {
  const { fields, message } = redactEvent(redact, event)
  try {
    write(
      logLine({ wallTimeMs: clock.wallTime(), level, service, message, fields, context: currentContext() }),
    )
  } catch {
    // There is no other place to say that the log itself failed without risking the same fault again.
  }
}

/** What is unredacted is never written: a fault here costs the event, and the line says so. */
function redactEvent(
  redact: (value: unknown) => unknown,
  { base, fields, message }: LogEvent,
): Omit<LogEvent, 'base'> {
  try {
    const clean = redact({ ...base, ...fields })
    return {
      fields: typeof clean === 'object' && clean !== null ? (clean as LogFields) : {},
      message: String(redact(message)),
    }
  } catch {
    return { fields: {}, message: 'The event of this line could not be read or redacted' }
  }
}
