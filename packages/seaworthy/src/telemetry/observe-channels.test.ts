import {
  breakerChannel,
  breakerShadowChannel,
  callChannel,
  fallbackChannel,
  hedgeChannel,
  levelChannel,
  poolChannel,
  probeChannel,
  queryChannel,
  refusalChannel,
  retryChannel,
  timeoutChannel,
} from 'seaworthy/core'
import { afterEach, expect, test } from 'vitest'
import { httpMetrics } from './http-metrics.ts'
import { createMetrics } from './create-metrics.ts'
import type { Metrics } from './metrics.ts'
import { observeChannels } from './observe-channels.ts'
import { processMetrics } from './process-metrics.ts'
import { renderPrometheus } from './prometheus.ts'
import type { Stop } from './stop.ts'

const stops: Stop[] = []

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function observed(): { metrics: Metrics; stop: Stop; lines: () => string[] } {
  const metrics = createMetrics()
  const stop = observeChannels(metrics)
  stops.push(stop)
  return { metrics, stop, lines: () => renderPrometheus(metrics).split('\n') }
}

const call = { dependency: 'weather', operation: 'daily', durationMs: 250, attempts: 2 } as const

test('observeChannels: records calls, attempts and the codes of errors', () => {
  const { lines } = observed()
  callChannel.publish({ ...call, outcome: 'ok', source: 'live' })
  const error = Object.assign(new Error('secret text'), { code: 'ECONNREFUSED' })
  callChannel.publish({ ...call, outcome: 'failed', source: 'none', error })
  callChannel.publish({ ...call, outcome: 'failed', source: 'none', error: new TypeError('secret text') })
  callChannel.publish({ ...call, outcome: 'failed', source: 'none', error: 'secret text' })
  const text = lines()
  expect(text).toContain(
    'seaworthy_dependency_calls_total{dependency="weather",operation="daily",outcome="failed",source="none"} 3',
  )
  expect(text).toContain('seaworthy_dependency_attempts_total{dependency="weather",operation="daily"} 8')
  expect(text).toContain(
    'seaworthy_dependency_call_duration_seconds_sum{dependency="weather",operation="daily"} 1',
  )
  for (const code of ['ECONNREFUSED', 'TypeError', 'unknown']) {
    expect(text).toContain(`seaworthy_dependency_errors_total{dependency="weather",code="${code}"} 1`)
  }
  expect(text.join('\n')).not.toContain('secret text')
})

test('observeChannels: records policies; a breaker is in one state', () => {
  const { lines } = observed()
  retryChannel.publish({ name: 'weather', attempt: 1, delayMs: 500, error: undefined })
  refusalChannel.publish({ name: 'weather', reason: 'circuit-open', retryAfterMs: 10 })
  timeoutChannel.publish({ name: 'weather', limitMs: 2000 })
  hedgeChannel.publish({ name: 'weather.daily', attempt: 2, delayMs: 80 })
  breakerShadowChannel.publish({ name: 'weather', from: 'closed', to: 'open', reason: 'hung' })
  breakerChannel.publish({ name: 'weather', from: 'closed', to: 'open', reason: 'failures' })
  breakerChannel.publish({ name: 'weather', from: 'open', to: 'half-open', reason: 'time' })
  const text = lines()
  expect(text).toContain('seaworthy_retries_total{name="weather"} 1')
  expect(text).toContain('seaworthy_retry_delay_seconds_sum{name="weather"} 0.5')
  expect(text).toContain('seaworthy_refusals_total{name="weather",reason="circuit-open"} 1')
  expect(text).toContain('seaworthy_timeouts_total{name="weather"} 1')
  expect(text).toContain('seaworthy_hedges_total{name="weather.daily"} 1')
  expect(text).toContain('seaworthy_hedge_delay_seconds_sum{name="weather.daily"} 0.08')
  expect(text).toContain(
    'seaworthy_breaker_shadow_transitions_total{name="weather",from="closed",to="open",reason="hung"} 1',
  )
  expect(text.filter((line) => /^seaworthy_breaker_state\{.*\} 1$/.test(line))).toEqual([
    'seaworthy_breaker_state{name="weather",state="half-open"} 1',
  ])
})

test('observeChannels: records fallbacks, probes and levels', () => {
  const { lines } = observed()
  fallbackChannel.publish({ name: 'weather', source: 'last-good', ageMs: 90_000, error: undefined })
  probeChannel.publish({ dependency: 'weather', ok: true, durationMs: 20 })
  probeChannel.publish({ dependency: 'weather', ok: false, durationMs: 20 })
  const level = { service: 'shop', capability: 'buy', because: [] }
  levelChannel.publish({ ...level, from: 'full', to: 'degraded' })
  levelChannel.publish({ ...level, from: 'degraded', to: 'unheard-of' })
  const text = lines()
  expect(text).toContain('seaworthy_fallbacks_total{name="weather",source="last-good"} 1')
  expect(text).toContain('seaworthy_fallback_age_seconds{name="weather",source="last-good"} 90')
  expect(text).toContain('seaworthy_dependency_probes_total{dependency="weather",outcome="failed"} 1')
  expect(text).toContain('seaworthy_dependency_up{dependency="weather"} 0')
  expect(text).toContain('seaworthy_service_level{service="shop",capability="buy"} 2')
})

test('observeChannels: records queries and pools', () => {
  const { lines } = observed()
  queryChannel.publish({ pool: 'main', statement: 'select sales', durationMs: 4, rows: 100 })
  queryChannel.publish({
    pool: 'main',
    statement: 'insert',
    durationMs: 4,
    rows: 0,
    error: { code: '23505' },
  })
  poolChannel.publish({ pool: 'main', total: 10, idle: 3, waiting: 2 })
  const text = lines()
  expect(text).toContain('seaworthy_database_queries_total{pool="main",outcome="failed"} 1')
  expect(text).toContain('seaworthy_database_query_rows_total{pool="main"} 100')
  expect(text).toContain('seaworthy_database_query_errors_total{pool="main",code="23505"} 1')
  expect(text).toContain('seaworthy_database_pool_connections{pool="main",state="used"} 7')
  expect(text).toContain('seaworthy_database_pool_waiting{pool="main"} 2')
})

test('observeChannels: records nothing more once stopped', () => {
  const { stop, lines } = observed()
  stop()
  timeoutChannel.publish({ name: 'weather', limitMs: 2000 })
  expect(timeoutChannel.hasSubscribers).toBe(false)
  expect(lines().filter((line) => line.startsWith('seaworthy_timeouts_total'))).toEqual([])
})

test('all parts together declare at least 50 families', () => {
  const { metrics } = observed()
  httpMetrics(metrics)
  stops.push(processMetrics(metrics))
  expect(metrics.collect().length).toBeGreaterThanOrEqual(50)
})
