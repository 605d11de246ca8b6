import type { Counter } from './counter.ts'
import type { BucketRange } from './exponential-buckets.ts'
import type { Gauge } from './gauge.ts'
import type { Histogram } from './histogram.ts'
import type { MetricFamily } from './metric-family.ts'

export type CounterFamily<Label extends string = never> = MetricFamily<Counter, Label>
export type GaugeFamily<Label extends string = never> = MetricFamily<Gauge, Label>
export type HistogramFamily<Label extends string = never> = MetricFamily<Histogram, Label>
export type AnyFamily = CounterFamily<string> | GaugeFamily<string> | HistogramFamily<string>

/** How a histogram is declared. */
export interface HistogramDeclaration<Label extends string> {
  readonly labels?: readonly Label[]
  /** The values it tells apart. Default {@link secondsRange}. */
  readonly range?: BucketRange
}

/**
 * A registry of metrics. Declaring is strict and may throw; recording never throws, never blocks and never grows beyond
 * the limits. Declaring the same family again gives the first one.
 */
export interface Metrics {
  /** Declares a counter; the name ends in `_total`. */
  counter<const L extends string = never>(name: string, help: string, labels?: readonly L[]): CounterFamily<L>
  gauge<const L extends string = never>(name: string, help: string, labels?: readonly L[]): GaugeFamily<L>
  histogram<const L extends string = never>(
    name: string,
    help: string,
    declaration?: HistogramDeclaration<L>,
  ): HistogramFamily<L>
  /** Runs a function before each reading, for values that are looked up. The returned function stops it. */
  onCollect(collect: () => void): (() => void) & Disposable
  /** Every family, after the collectors ran. A collector that throws is reported as a process warning. */
  collect(): readonly AnyFamily[]
}
