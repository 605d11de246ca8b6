import { createServer } from 'node:http'
import { manualClock } from 'seaworthy/core'
import { expect, test, vi } from 'vitest'
import { createMetrics } from './create-metrics.ts'
import type { Metrics } from './metrics.ts'
import { processMetrics } from './process-metrics.ts'
import { renderPrometheus } from './prometheus.ts'

function valueOf(metrics: Metrics, series: string): number {
  const line = renderPrometheus(metrics)
    .split('\n')
    .find((each) => each.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1))
}

test('processMetrics: looks values up at each reading', () => {
  const metrics = createMetrics()
  using _stop = processMetrics(metrics)
  expect(valueOf(metrics, 'process_cpu_seconds_total{mode="user"}')).toBeGreaterThan(0)
  expect(valueOf(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect(valueOf(metrics, 'nodejs_heap_used_bytes')).toBeLessThan(
    valueOf(metrics, 'process_resident_memory_bytes'),
  )
  expect(valueOf(metrics, 'nodejs_eventloop_utilization')).toBeLessThanOrEqual(1)
  expect(valueOf(metrics, 'nodejs_eventloop_delay_seconds{q="0.99"}')).toBeGreaterThanOrEqual(0)
  const uptime = valueOf(metrics, 'process_uptime_seconds')
  expect(valueOf(metrics, 'process_uptime_seconds')).toBeGreaterThan(uptime)
})

test('processMetrics: the start lies before the time of the clock that is handed in', () => {
  const metrics = createMetrics()
  const clock = manualClock()
  using _stop = processMetrics(metrics, clock)
  const started = valueOf(metrics, 'process_start_time_seconds')
  expect(started).toBeLessThan(clock.wallTime() / 1000)
  expect(started).toBeGreaterThan(clock.wallTime() / 1000 - 86_400)
})

test('processMetrics: counts what keeps the process alive, and what is gone no longer', async () => {
  const metrics = createMetrics()
  using _stop = processMetrics(metrics)
  const series = 'nodejs_active_resources{kind="TCPServerWrap"}'
  const before = valueOf(metrics, series) || 0
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  expect(valueOf(metrics, series)).toBe(before + 1)
  await new Promise((resolve) => server.close(resolve))
  await vi.waitFor(() => expect(valueOf(metrics, series)).toBe(before))
})

test('processMetrics: records pauses of garbage collection by kind', async () => {
  const metrics = createMetrics()
  using _stop = processMetrics(metrics)
  const counted = 'nodejs_gc_duration_seconds_count{kind="minor"}'
  await vi.waitFor(() => {
    const garbage = Array.from({ length: 200_000 }, (_, i) => ({ i }))
    expect(garbage).toHaveLength(200_000)
    expect(valueOf(metrics, counted)).toBeGreaterThan(0)
  }, 4000)
})

test('processMetrics: stopped, it is no longer part of a reading', () => {
  const metrics = createMetrics()
  const stop = processMetrics(metrics)
  const uptime = valueOf(metrics, 'process_uptime_seconds')
  stop()
  stop()
  expect(valueOf(metrics, 'process_uptime_seconds')).toBe(uptime)
})
