import type { Metrics } from './metrics.ts'

/** What telemetry says about itself. */
export type SelfMetrics = ReturnType<typeof selfMetrics>

/** Declares the families about telemetry; each registry has them from its start. */
export function selfMetrics(metrics: Pick<Metrics, 'counter' | 'gauge'>) {
  return Object.freeze({
    dropped: metrics.counter(
      'seaworthy_telemetry_series_dropped_total',
      'Uses of a series beyond the limit of its family, which went to the series __other__.',
      ['family'],
    ),
    families: metrics.gauge('seaworthy_telemetry_families', 'Metric families declared.'),
    series: metrics.gauge('seaworthy_telemetry_series', 'Metric series held.'),
    renderSeconds: metrics.gauge(
      'seaworthy_telemetry_render_seconds',
      'Time that the last rendering of the metrics took.',
    ),
    renderBytes: metrics.gauge(
      'seaworthy_telemetry_render_bytes',
      'Size of the last rendering of the metrics.',
    ),
  })
}
