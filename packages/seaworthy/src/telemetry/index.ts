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
export { Counter } from './counter.ts'
export {
  createMetrics,
  metricsDefaults,
  resolveMetricsOptions,
  type MetricsOptions,
} from './create-metrics.ts'
export { databaseMetrics, type DatabaseMetrics } from './database-metrics.ts'
export { dependencyMetrics, type DependencyMetrics } from './dependency-metrics.ts'
export type { BucketRange } from './exponential-buckets.ts'
export { Gauge } from './gauge.ts'
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
export { bytesRange, Histogram, quantile, secondsRange, type HistogramSnapshot } from './histogram.ts'
export { httpMetrics, type HttpMetrics } from './http-metrics.ts'
export { logChannels } from './log-channels.ts'
export { isLevelEnabled, logLevels, type LogLevel } from './log-level.ts'
export { contextFields, logLine, type LogLine, type LogLineParts } from './log-line.ts'
export { createLogger, type LogFields, type Logger, type LoggerOptions, type LogMethod } from './logger.ts'
export { MetricFamily, otherValue, type LabelValues, type MetricType } from './metric-family.ts'
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
export { telemetryError, telemetryErrors, type TelemetryErrorCode } from './telemetry-errors.ts'
export { formatTraceParent, parseTraceParent, type TraceParent } from './traceparent.ts'
