export {
  contextFromHeaders,
  currentContext,
  freshContext,
  outgoingHeaders,
  runWithContext,
  type IncomingHeaders,
  type OutgoingHeaders,
  type RandomBytes,
  type RequestContext,
} from './context.ts'
export type { Counter } from './counter.ts'
export { createMetrics, metricsDefaults, type MetricsOptions } from './create-metrics.ts'
export type { BucketRange } from './exponential-buckets.ts'
export type { Gauge } from './gauge.ts'
export {
  healthStates,
  runHealthChecks,
  type HealthAnswer,
  type HealthCheck,
  type HealthCheckResult,
  type HealthReport,
  type HealthRunOptions,
  type HealthState,
} from './health.ts'
export { bytesRange, quantile, secondsRange, type Histogram, type HistogramSnapshot } from './histogram.ts'
export { httpMetrics, type HttpMetrics } from './http-metrics.ts'
export { logChannels } from './log-channels.ts'
export { logLevels, type LogLevel } from './log-level.ts'
export { contextFields, logLine, type LogLine, type LogLineParts } from './log-line.ts'
export { createLogger, type LogFields, type Logger, type LoggerOptions, type LogMethod } from './logger.ts'
export { otherValue, type LabelValues, type MetricFamily, type MetricType } from './metric-family.ts'
export type {
  AnyFamily,
  CounterFamily,
  GaugeFamily,
  HistogramDeclaration,
  HistogramFamily,
  Metrics,
} from './metrics.ts'
export { observeChannels } from './observe-channels.ts'
export { processMetrics } from './process-metrics.ts'
export { prometheusContentType, renderPrometheus } from './prometheus.ts'
export { stopAll, type Stop } from './stop.ts'
export { telemetryErrors, type TelemetryErrorCode } from './telemetry-errors.ts'
export { formatTraceParent, parseTraceParent, type TraceParent } from './traceparent.ts'
