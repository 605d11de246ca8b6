import { type Clock, systemClock } from 'seaworthy/core'
import { bucketsPerOctave, bucketUpper } from './exponential-buckets.ts'
import { Histogram } from './histogram.ts'
import type { AnyFamily, Metrics } from './metrics.ts'
import { selfMetrics } from './self-metrics.ts'

/** The content type of {@link renderPrometheus}. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * The metrics as Prometheus text, format 0.0.4. A histogram is rendered at the powers of two of its range, which are
 * bounds of the finer buckets inside, so that every `le` count is exact. A family without series yet stands there with its
 * help and type, so that what is measured can be seen before it happens. Its own cost stands in the next rendering.
 */
export function renderPrometheus(metrics: Metrics, clock: Clock = systemClock): string {
  const { renderSeconds, renderBytes } = selfMetrics(metrics)
  const startedAt = clock.now()
  const text = render(metrics)
  renderSeconds.with({}).set((clock.now() - startedAt) / 1000)
  renderBytes.with({}).set(Buffer.byteLength(text))
  return text
}

function render(metrics: Metrics): string {
  const lines: string[] = []
  for (const family of metrics.collect()) {
    lines.push(`# HELP ${family.name} ${escapeHelp(family.help)}`, `# TYPE ${family.name} ${family.type}`)
    for (const { values, recorder } of family.series()) {
      const labels = labelText(family, values)
      if (recorder instanceof Histogram)
        pushHistogram(lines, { name: family.name, labels, histogram: recorder })
      else lines.push(`${family.name}${braces(labels)} ${recorder.value}`)
    }
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

interface HistogramSeries {
  readonly name: string
  readonly labels: string
  readonly histogram: Histogram
}

function pushHistogram(lines: string[], { name, labels, histogram }: HistogramSeries): void {
  const { counts, count, sum, range } = histogram.snapshot()
  const prefix = labels === '' ? '' : `${labels},`
  let below = 0
  for (let index = 0; index < counts.length - 1; index++) {
    below += counts[index] as number
    if (index % bucketsPerOctave === 0) {
      lines.push(`${name}_bucket{${prefix}le="${bucketUpper(index, range)}"} ${below}`)
    }
  }
  lines.push(
    `${name}_bucket{${prefix}le="+Inf"} ${count}`,
    `${name}_sum${braces(labels)} ${sum}`,
    `${name}_count${braces(labels)} ${count}`,
  )
}

function labelText(family: AnyFamily, values: readonly string[]): string {
  return family.labels.map((label, index) => `${label}="${escapeValue(values[index] ?? '')}"`).join(',')
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function escapeValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
