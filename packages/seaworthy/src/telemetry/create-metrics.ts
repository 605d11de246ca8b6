import { defineOptions, integer, isolate } from 'seaworthy/core'
import { Counter } from './counter.ts'
import { checkRange } from './exponential-buckets.ts'
import { Gauge } from './gauge.ts'
import { Histogram, secondsRange } from './histogram.ts'
import { MetricFamily, type FamilyDeclaration, type MetricType } from './metric-family.ts'
import type {
  AnyFamily,
  CounterFamily,
  GaugeFamily,
  HistogramDeclaration,
  HistogramFamily,
  Metrics,
} from './metrics.ts'
import { selfMetrics, type SelfMetrics } from './self-metrics.ts'
import { telemetryError } from './telemetry-errors.ts'

export interface MetricsOptions {
  /** Series in one family before further ones share `__other__`. Default 2000. */
  readonly seriesMax?: number
  /** Families in the registry; declaring more is an error. Default 500. */
  readonly familiesMax?: number
}

export const metricsDefaults = Object.freeze({ seriesMax: 2000, familiesMax: 500 })

const resolveMetricsOptions = defineOptions('metrics', metricsDefaults, {
  seriesMax: integer(1, 1_000_000),
  familiesMax: integer(1, 10_000),
})

/** Makes a registry of metrics. */
export function createMetrics(options?: MetricsOptions): Metrics {
  return new Registry(resolveMetricsOptions(options))
}

const collectorsMax = 100
const namePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/
const labelPattern = /^(?!__)(?!le$)(?!quantile$)[a-zA-Z_][a-zA-Z0-9_]{0,99}$/

class Registry implements Metrics {
  readonly #limits: Required<MetricsOptions>
  readonly #families = new Map<string, AnyFamily>()
  readonly #collectors = new Set<() => void>()
  readonly #self: SelfMetrics

  constructor(limits: Required<MetricsOptions>) {
    this.#limits = limits
    this.#self = selfMetrics(this)
    this.onCollect(() => this.#countItself())
  }

  counter<const L extends string = never>(
    name: string,
    help: string,
    labels: readonly L[] = [],
  ): CounterFamily<L> {
    if (!name.endsWith('_total')) throw invalid('counter', name, 'its name must end in _total')
    return this.#declare<Counter, L>({ name, help, type: 'counter', labels, create: () => new Counter() })
  }

  gauge<const L extends string = never>(
    name: string,
    help: string,
    labels: readonly L[] = [],
  ): GaugeFamily<L> {
    return this.#declare<Gauge, L>({ name, help, type: 'gauge', labels, create: () => new Gauge() })
  }

  histogram<const L extends string = never>(
    name: string,
    help: string,
    { labels = [], range = secondsRange }: HistogramDeclaration<L> = {},
  ): HistogramFamily<L> {
    checkRange(range, name)
    return this.#declare<Histogram, L>({
      name,
      help,
      type: 'histogram',
      labels,
      create: () => new Histogram(range),
    })
  }

  onCollect(collect: () => void): (() => void) & Disposable {
    if (this.#collectors.size >= collectorsMax) throw limit('collector', collectorsMax)
    const run = (): void => collect()
    this.#collectors.add(run)
    const stop = (): void => {
      this.#collectors.delete(run)
    }
    return Object.assign(stop, { [Symbol.dispose]: stop })
  }

  collect(): readonly AnyFamily[] {
    for (const collect of this.#collectors) isolate(collect)
    return [...this.#families.values()]
  }

  #countItself(): void {
    let count = 0
    for (const family of this.#families.values()) count += family.size
    this.#self.families.with({}).set(this.#families.size)
    this.#self.series.with({}).set(count)
  }

  #declare<R, L extends string>(
    declaration: Omit<FamilyDeclaration<R, L>, 'seriesMax' | 'onOverflow'>,
  ): MetricFamily<R, L> {
    const { name, type, labels } = declaration
    checkNames(type, name, labels)
    const known = this.#families.get(name)
    if (known !== undefined) {
      if (known.type !== type || known.labels.join() !== labels.join()) throw conflict(known, type, labels)
      return known as unknown as MetricFamily<R, L>
    }
    if (this.#families.size >= this.#limits.familiesMax) throw limit('family', this.#limits.familiesMax)
    const family = new MetricFamily<R, L>({
      ...declaration,
      seriesMax: this.#limits.seriesMax,
      onOverflow: () => this.#self.dropped.with({ family: name }).add(),
    })
    this.#families.set(name, family as unknown as AnyFamily)
    return family
  }
}

function checkNames(type: MetricType, name: string, labels: readonly string[]): void {
  if (!namePattern.test(name)) throw invalid(type, name, `its name must match ${namePattern.source}`)
  const bad = labels.find((label, index) => !labelPattern.test(label) || labels.indexOf(label) !== index)
  if (bad === undefined) return
  throw invalid(
    type,
    name,
    `each label must be used once and match ${labelPattern.source}, received "${bad}"`,
  )
}

function invalid(type: MetricType, name: string, rule: string): Error {
  return telemetryError('ERR_METRIC_INVALID', `Cannot declare ${type} "${name}": ${rule}`, {
    details: { name, type },
  })
}

function conflict(known: AnyFamily, type: MetricType, labels: readonly string[]): Error {
  return telemetryError(
    'ERR_METRIC_CONFLICT',
    `Cannot declare ${type} "${known.name}": it must stay a ${known.type} with labels [${known.labels.join(', ')}], received a ${type} with labels [${labels.join(', ')}]`,
    { details: { name: known.name } },
  )
}

function limit(what: string, most: number): Error {
  return telemetryError('ERR_METRIC_LIMIT', `Cannot add ${what}: at most ${most} are allowed`, {
    details: { limit: most },
  })
}
