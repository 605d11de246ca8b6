import { constants, monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks'
import { type Clock, systemClock } from 'seaworthy/core'
import type { HistogramFamily, Metrics } from './metrics.ts'
import { stopAll, type Stop } from './stop.ts'

const loopDelayResolutionMs = 20

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>

/**
 * Records the process: CPU, memory, delay and use of the event loop, garbage collection, uptime, open handles. The
 * values are looked up when the metrics are read, so between readings it costs one native timer. Stop it to take the
 * timer and the observer away.
 */
export function processMetrics(metrics: Metrics, clock: Clock = systemClock): Stop {
  const delay = monitorEventLoopDelay({ resolution: loopDelayResolutionMs })
  delay.enable()
  const observer = observeGc(metrics)
  const started = metrics
    .gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.')
    .with({})
  started.set(clock.wallTime() / 1000 - process.uptime())
  metrics
    .gauge('nodejs_version_info', 'The version of Node.js, as a label of the value 1.', ['version'])
    .with({ version: process.version })
    .set(1)
  const end = (): void => {
    delay.disable()
    observer.disconnect()
  }
  return stopAll([
    metrics.onCollect(collectUsage(metrics)),
    metrics.onCollect(collectMemory(metrics)),
    metrics.onCollect(collectLoop(metrics, delay)),
    metrics.onCollect(collectHandles(metrics)),
    Object.assign(end, { [Symbol.dispose]: end }),
  ])
}

function collectUsage(metrics: Metrics): () => void {
  const cpu = metrics.counter('process_cpu_seconds_total', 'CPU time used.', ['mode'])
  const [user, system] = [cpu.with({ mode: 'user' }), cpu.with({ mode: 'system' })]
  const faults = metrics
    .counter('process_major_page_faults_total', 'Page faults that needed the disk.')
    .with({})
  const switches = metrics.counter('process_context_switches_total', 'Context switches.', ['kind'])
  const [voluntary, forced] = [switches.with({ kind: 'voluntary' }), switches.with({ kind: 'forced' })]
  const files = metrics.counter('process_file_system_operations_total', 'Reads and writes of the disk.', [
    'kind',
  ])
  const [reads, writes] = [files.with({ kind: 'read' }), files.with({ kind: 'write' })]
  const uptime = metrics.gauge('process_uptime_seconds', 'Time since the process started.').with({})
  return () => {
    const usage = process.resourceUsage()
    user.raiseTo(usage.userCPUTime / 1e6)
    system.raiseTo(usage.systemCPUTime / 1e6)
    faults.raiseTo(usage.majorPageFault)
    voluntary.raiseTo(usage.voluntaryContextSwitches)
    forced.raiseTo(usage.involuntaryContextSwitches)
    reads.raiseTo(usage.fsRead)
    writes.raiseTo(usage.fsWrite)
    uptime.set(process.uptime())
  }
}

function collectMemory(metrics: Metrics): () => void {
  const gauge = (name: string, help: string) => metrics.gauge(name, help).with({})
  const resident = gauge('process_resident_memory_bytes', 'Memory held in RAM.')
  const heapUsed = gauge('nodejs_heap_used_bytes', 'JavaScript heap in use.')
  const heapTotal = gauge('nodejs_heap_total_bytes', 'JavaScript heap reserved.')
  const external = gauge('nodejs_external_memory_bytes', 'Memory of objects outside the heap.')
  const buffers = gauge('nodejs_array_buffers_bytes', 'Memory of array buffers.')
  return () => {
    const memory = process.memoryUsage()
    resident.set(memory.rss)
    heapUsed.set(memory.heapUsed)
    heapTotal.set(memory.heapTotal)
    external.set(memory.external)
    buffers.set(memory.arrayBuffers)
  }
}

/** The delay covers the time since the last reading; the monitor itself waits one resolution, which is taken off. */
function collectLoop(metrics: Metrics, delay: LoopDelay): () => void {
  const quantiles = metrics.gauge(
    'nodejs_eventloop_delay_seconds',
    'Delay of the event loop since the last reading.',
    ['q'],
  )
  const worst = metrics
    .gauge('nodejs_eventloop_delay_max_seconds', 'Longest delay since the last reading.')
    .with({})
  const mean = metrics
    .gauge('nodejs_eventloop_delay_mean_seconds', 'Mean delay since the last reading.')
    .with({})
  const use = metrics.gauge('nodejs_eventloop_utilization', 'Share of time the event loop was busy.').with({})
  const seconds = (nanoseconds: number): number =>
    Math.max(0, nanoseconds / 1e9 - loopDelayResolutionMs / 1000)
  let before = performance.eventLoopUtilization()
  return () => {
    for (const percent of [50, 90, 99]) {
      quantiles.with({ q: percent / 100 }).set(seconds(delay.percentile(percent)))
    }
    worst.set(seconds(delay.max))
    mean.set(seconds(delay.mean))
    delay.reset()
    const now = performance.eventLoopUtilization()
    use.set(performance.eventLoopUtilization(now, before).utilization)
    before = now
  }
}

function collectHandles(metrics: Metrics): () => void {
  const handles = metrics.gauge('nodejs_active_resources', 'What keeps the process alive, by kind.', ['kind'])
  const total = metrics
    .gauge('nodejs_active_resources_sum', 'What keeps the process alive, all kinds.')
    .with({})
  return () => {
    const kinds = process.getActiveResourcesInfo()
    for (const { recorder } of handles.series()) recorder.set(0)
    for (const kind of kinds) handles.with({ kind }).add()
    total.set(kinds.length)
  }
}

const gcKinds: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weak callbacks'],
])

function observeGc(metrics: Metrics): PerformanceObserver {
  const pauses = metrics.histogram('nodejs_gc_duration_seconds', 'Pauses of garbage collection.', {
    labels: ['kind'],
  })
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) recordGc(pauses, entry)
  })
  observer.observe({ entryTypes: ['gc'] })
  return observer
}

function recordGc(
  pauses: HistogramFamily<'kind'>,
  { detail, duration }: { detail?: unknown; duration: number },
): void {
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined
  pauses.with({ kind: gcKinds.get(kind) ?? 'other' }).record(duration / 1000)
}
