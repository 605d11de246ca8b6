import type { DestinationStream } from 'pino'
import {
  boolean,
  defineOptions,
  matching,
  object,
  oneOf,
  optional,
  secret,
  systemClock,
  text,
  type Clock,
} from 'seaworthy/core'
import { createRedactor, type Redactor, type SecurityHeadersOptions } from 'seaworthy/security'
import { createMetrics, logLevels, type LogLevel, type Metrics } from 'seaworthy/telemetry'
import type { HttpLimits } from './http-limits.ts'
import type { RateLimitOptions } from './rate-limit-options.ts'

export interface HttpServerOptions {
  /** The name in each log line. Default `seaworthy`. */
  readonly name?: string
  /**
   * Readable log lines, the context of errors in problem documents, and faults that requests ask for with `x-fault`. Never
   * in production. Default false.
   */
  readonly development?: boolean
  /** Where requests are counted, and what /metrics shows. Default: a registry of its own. */
  readonly metrics?: Metrics
  readonly log?: {
    /** Default `info`. */
    readonly level?: LogLevel
    /** Where lines go. Default: standard output. */
    readonly destination?: DestinationStream
    /** Whether request lines name the caller's address. Default true. */
    readonly clientAddress?: boolean
    /** Takes secrets out of fields and messages. Default: a redactor with its defaults. */
    readonly redactor?: Redactor
  }
  readonly limits?: HttpLimits
  /** Quotas per caller. `false` for none. */
  readonly rateLimit?: RateLimitOptions | false
  /**
   * Addresses or CIDR networks of the proxies in front, whose X-Forwarded headers are believed. Default none: the
   * caller is who opened the connection.
   */
  readonly trustedProxies?: readonly string[]
  /** Certificate and key, PEM. Without it the server speaks plain HTTP, as behind a proxy that ends TLS. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer }
  /** What differs from the default response headers. */
  readonly headers?: Omit<SecurityHeadersOptions, 'tls'>
  readonly clock?: Clock
}

export const httpServerDefaults = Object.freeze({
  name: 'seaworthy',
  development: false,
  log: Object.freeze({}),
  limits: Object.freeze({}),
  rateLimit: Object.freeze({}),
  trustedProxies: Object.freeze([]),
  headers: Object.freeze({}),
  clock: systemClock,
})

const resolve = defineOptions('HTTP server', httpServerDefaults, {
  name: text(60),
  development: boolean(),
  metrics: object<Metrics>('a registry of metrics'),
  log: object<NonNullable<HttpServerOptions['log']>>('{ level, destination, clientAddress, redactor }'),
  limits: object<HttpLimits>('an object of limits'),
  rateLimit: matching(
    'an object of policies, or false',
    (value): value is RateLimitOptions | false =>
      value === false || (typeof value === 'object' && value !== null),
  ),
  trustedProxies: matching(
    'a list of addresses or CIDR networks',
    (value): value is readonly string[] =>
      Array.isArray(value) && value.every((item) => typeof item === 'string'),
  ),
  tls: secret(optional(matching('{ cert, key } in PEM', isCertificate))),
  headers: object<Omit<SecurityHeadersOptions, 'tls'>>('an object of header options'),
  clock: object<Clock>('a clock'),
})

const resolveLog = defineOptions(
  'HTTP log',
  { level: 'info', clientAddress: true },
  {
    level: oneOf(...logLevels),
    destination: optional(object<DestinationStream>('a stream')),
    clientAddress: boolean(),
    redactor: object<Redactor>('a redactor'),
  },
)

function isCertificate(value: unknown): value is NonNullable<HttpServerOptions['tls']> {
  if (typeof value !== 'object' || value === null || !('cert' in value) || !('key' in value)) return false
  return [value.cert, value.key].every((part) => typeof part === 'string' || Buffer.isBuffer(part))
}

export type ResolvedHttpServerOptions = ReturnType<typeof resolveHttpServerOptions>

/** Checks and completes the options of a server. */
export function resolveHttpServerOptions(input: HttpServerOptions = {}) {
  const options = resolve({ ...input, metrics: input.metrics ?? createMetrics() })
  return Object.freeze({
    ...options,
    log: resolveLog({ ...options.log, redactor: options.log.redactor ?? createRedactor() }),
  })
}
