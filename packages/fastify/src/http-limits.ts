import { defineOptions, duration, integer, type Duration } from 'seaworthy/core'

/** What one request, or one connection, may take. Each limit has a problem document of its own. */
export interface HttpLimits {
  /** Bytes of a body. A route can set its own `bodyLimit`. Default 1 MiB. */
  readonly bodyBytes?: number
  /** Bytes of all headers and the request line. Default 16 KiB. */
  readonly headerBytes?: number
  /** Characters of a URL. Default 4096. */
  readonly urlLength?: number
  /** Characters of one path parameter. Default 200. */
  readonly pathParameterLength?: number
  /** Parameters of a query. Default 50. */
  readonly queryParameters?: number
  /** Time in which all headers have to arrive. Default 10s. */
  readonly headersTimeout?: Duration
  /** Time in which the whole request has to arrive. Default 60s. */
  readonly requestTimeout?: Duration
  /** How long an idle connection is kept. Above that of the balancer before it, so that it never meets a closed one. Default 72s. */
  readonly keepAliveTimeout?: Duration
  /** Time a route has to answer, from routing on. A route can set its own `deadline`. Default 30s. */
  readonly deadline?: Duration
  /** How often late connections are looked for. Default 1s. */
  readonly checkInterval?: Duration
  /** Open connections; further ones are closed at once. Default 10,000. */
  readonly connections?: number
}

export const httpLimitDefaults = Object.freeze({
  bodyBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  urlLength: 4096,
  pathParameterLength: 200,
  queryParameters: 50,
  headersTimeout: '10s',
  requestTimeout: '60s',
  keepAliveTimeout: '72s',
  deadline: '30s',
  checkInterval: '1s',
  connections: 10_000,
})

export const resolveHttpLimits = defineOptions('HTTP limits', httpLimitDefaults, {
  bodyBytes: integer(1, 1024 ** 3),
  headerBytes: integer(1024, 1024 * 1024),
  urlLength: integer(64, 64 * 1024),
  pathParameterLength: integer(1, 4096),
  queryParameters: integer(1, 1000),
  headersTimeout: duration('10ms', '5m'),
  requestTimeout: duration('10ms', '1h'),
  keepAliveTimeout: duration('1ms', '10m'),
  deadline: duration('1ms', '1h'),
  checkInterval: duration('10ms', '30s'),
  connections: integer(1, 1_000_000),
})

/** Limits after their checks; times in milliseconds. */
export type ResolvedHttpLimits = ReturnType<typeof resolveHttpLimits>
