import type { RequestContext } from './context.ts'
import type { LogLevel } from './log-level.ts'

/** One line of the log. Event fields stand beside these and never replace them. */
export interface LogLine {
  /** ISO 8601 in UTC. */
  readonly time: string
  readonly level: LogLevel
  readonly service: string
  readonly message: string
  readonly correlationId?: string
  readonly traceId?: string
  readonly spanId?: string
  readonly [field: string]: unknown
}

/** What a line is made of. */
export interface LogLineParts {
  readonly wallTimeMs: number
  readonly level: LogLevel
  readonly service: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly context: RequestContext | undefined
}

/** Puts a line together: time, level and service first, then the message, the context and the event's fields. */
export function logLine({ wallTimeMs, level, service, message, fields, context }: LogLineParts): LogLine {
  const head = {
    time: new Date(wallTimeMs).toISOString(),
    level,
    service,
    message,
    ...contextFields(context),
  }
  const line: Record<string, unknown> = { ...head }
  for (const [name, value] of Object.entries(fields)) {
    if (!Object.hasOwn(head, name)) line[name] = value instanceof Error ? plainError(value) : value
  }
  return line as LogLine
}

/** The fields of a context that stand in a log line. */
export function contextFields(
  context: RequestContext | undefined,
): Pick<RequestContext, 'correlationId' | 'traceId' | 'spanId'> | Record<string, never> {
  if (context === undefined) return {}
  const { correlationId, traceId, spanId } = context
  return { correlationId, traceId, spanId }
}

const causesMax = 5

/** An error as JSON can carry it, with at most 5 causes. */
function plainError(error: Error, depth = 0): Record<string, unknown> {
  const { name, message, stack, cause } = error
  const code = 'code' in error ? error.code : undefined
  return {
    name,
    message,
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && {
      cause:
        cause instanceof Error ? (depth < causesMax ? plainError(cause, depth + 1) : String(cause)) : cause,
    }),
  }
}
