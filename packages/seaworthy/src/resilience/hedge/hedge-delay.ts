import {
  coreError,
  defineOptions,
  duration,
  formatMs,
  integer,
  number,
  toMs,
  type Duration,
} from 'seaworthy/core'
import { LatencyWindow } from './latency-window.ts'

/** A delay that follows how long calls take. */
export interface HedgeQuantile {
  /** The share of first attempts that answer within the delay, from 0.5 to 0.999: at 0.95 one in twenty is hedged. */
  readonly quantile: number
  /** The shortest delay. Default 1 ms, or `max` where that is shorter. */
  readonly min?: Duration
  /** The longest delay. Default 10 s. */
  readonly max?: Duration
  /** Latencies that must have been seen before anything is hedged, from 10 to 100,000. Default 100. */
  readonly samples?: number
  /** How long a latency counts, from 1 s to an hour. Default 1 m. */
  readonly window?: Duration
}

/** How long an attempt may go unanswered before a further one starts. */
export interface HedgeDelay {
  /** The resolved options, as plain data. */
  readonly description: Readonly<Record<string, unknown>>
  /** The delay if it never changes; then latencies need not be recorded. */
  readonly fixedMs: number | undefined
  /** The delay at present; undefined while there is none. */
  delayMs(nowMs: number): number | undefined
  /** Takes note of how long a first attempt took. */
  record(latencyMs: number, nowMs: number): void
  /** How many latencies it stands on. */
  samples(nowMs: number): number
}

/** In how many steps the window of a quantile slides. */
const slices = 6

const resolveQuantile = defineOptions(
  'hedge delay',
  { min: '1ms', max: '10s', samples: 100, window: '1m' },
  {
    quantile: number(0.5, 0.999),
    min: duration(0, '1h'),
    max: duration(0, '1h'),
    samples: integer(10, 100_000),
    window: duration('1s', '1h'),
  },
)

/**
 * @param name of whose delay it is, for messages
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function hedgeDelay(delay: Duration | HedgeQuantile, name: string): HedgeDelay {
  if (typeof delay === 'object') return new QuantileDelay(quantileOf(delay, name))
  const delayMs = toMs(delay)
  return {
    description: { delayMs },
    fixedMs: delayMs,
    delayMs: () => delayMs,
    record: () => {},
    samples: () => 0,
  }
}

function quantileOf(delay: HedgeQuantile, name: string): ReturnType<typeof resolveQuantile> {
  const options = resolveQuantile(delay, name)
  const { min, max } = options
  if (min <= max) return options
  if (delay.min === undefined) return Object.freeze({ ...options, min: max })
  throw coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure hedge delay "${name}": "min" must be at most "max", ${formatMs(max)}, received ${formatMs(min)}`,
    { details: { name, minMs: min, maxMs: max } },
  )
}

class QuantileDelay implements HedgeDelay {
  readonly fixedMs = undefined
  readonly #options: ReturnType<typeof resolveQuantile>
  readonly #latencies: LatencyWindow

  constructor(options: ReturnType<typeof resolveQuantile>) {
    this.#options = options
    this.#latencies = new LatencyWindow(options.quantile, { lengthMs: options.window, slices })
  }

  get description(): Readonly<Record<string, unknown>> {
    const { quantile, min, max, samples, window } = this.#options
    return { quantile, minMs: min, maxMs: max, samples, windowMs: window }
  }

  delayMs(nowMs: number): number | undefined {
    const { min, max, samples } = this.#options
    if (this.#latencies.count(nowMs) < samples) return undefined
    const quantileMs = this.#latencies.quantileMs(nowMs) ?? 0
    return Math.min(max, Math.max(min, quantileMs))
  }

  record(latencyMs: number, nowMs: number): void {
    this.#latencies.record(latencyMs, nowMs)
  }

  samples(nowMs: number): number {
    return this.#latencies.count(nowMs)
  }
}
