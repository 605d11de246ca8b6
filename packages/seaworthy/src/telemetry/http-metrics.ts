import { bytesRange } from './histogram.ts'
import type { CounterFamily, GaugeFamily, HistogramFamily, Metrics } from './metrics.ts'

/** The families of an HTTP server. `route` is the pattern of the route, never the path. */
export interface HttpMetrics {
  readonly requests: CounterFamily<'method' | 'route' | 'status'>
  readonly durationSeconds: HistogramFamily<'method' | 'route'>
  readonly inFlight: GaugeFamily
  readonly requestBytes: HistogramFamily<'route'>
  readonly responseBytes: HistogramFamily<'route'>
  readonly rateLimited: CounterFamily<'route' | 'policy'>
  readonly problems: CounterFamily<'code'>
  readonly aborted: CounterFamily<'route'>
  readonly timeouts: CounterFamily<'route'>
  readonly connections: GaugeFamily
  readonly degradedAnswers: CounterFamily<'route' | 'level'>
  readonly authentications: CounterFamily<'outcome'>
  readonly logLinesDropped: CounterFamily
}

/** Declares the families of an HTTP server. */
export function httpMetrics(metrics: Metrics): HttpMetrics {
  const name = (rest: string): string => `seaworthy_http_${rest}`
  return Object.freeze({
    requests: metrics.counter(name('requests_total'), 'Requests answered.', ['method', 'route', 'status']),
    durationSeconds: metrics.histogram(
      name('request_duration_seconds'),
      'Time from the first byte in to the last out.',
      {
        labels: ['method', 'route'],
      },
    ),
    inFlight: metrics.gauge(name('requests_in_flight'), 'Requests being worked on.'),
    requestBytes: metrics.histogram(name('request_bytes'), 'Size of request bodies.', {
      labels: ['route'],
      range: bytesRange,
    }),
    responseBytes: metrics.histogram(name('response_bytes'), 'Size of response bodies.', {
      labels: ['route'],
      range: bytesRange,
    }),
    rateLimited: metrics.counter(name('rate_limited_total'), 'Requests refused by a rate limit.', [
      'route',
      'policy',
    ]),
    problems: metrics.counter(name('problems_total'), 'Problem documents sent, by code.', ['code']),
    aborted: metrics.counter(name('aborted_total'), 'Requests whose caller left before the answer.', [
      'route',
    ]),
    timeouts: metrics.counter(name('timeouts_total'), 'Requests that ran into the time limit.', ['route']),
    connections: metrics.gauge(name('connections'), 'Open connections.'),
    degradedAnswers: metrics.counter(
      name('degraded_answers_total'),
      'Answers below the full service level.',
      ['route', 'level'],
    ),
    logLinesDropped: metrics.counter(
      name('log_lines_dropped_total'),
      'Log lines that standard output could not take in time.',
    ),
    authentications: metrics.counter(name('authentications_total'), 'Credentials checked.', ['outcome']),
  })
}
