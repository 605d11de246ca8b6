import {
  defineOptions,
  duration,
  formatMs,
  optional,
  text,
  type Clock,
  type Duration,
  type Runtime,
} from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { givenName } from '../engine/given-options.ts'
import { optionConflict } from '../engine/option-conflict.ts'
import type { Policy } from '../engine/policy.ts'
import { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { ChosenTimeoutStage } from './chosen-timeout-stage.ts'
import { DeadlineList, type Registration } from './deadline-list.ts'
import { timeoutError } from './timeout-error.ts'

export interface TimeoutOptions {
  /** For messages and metrics. Default `timeout`. */
  readonly name?: string
  /** How long the work may take, up to a day. Default 10 s. */
  readonly limit?: Duration
  /** Lets a call choose by its option `timeoutMs`, from 1 ms to this, which is at least `limit`. Default: no call may. */
  readonly perCallMax?: Duration
}

export const timeoutDefaults = { name: 'timeout', limit: '10s' } as const

const resolveTimeoutOptions = defineOptions('timeout', timeoutDefaults, {
  name: text(),
  limit: duration('1ms', '1d'),
  perCallMax: optional(duration('1ms', '1d')),
})

/**
 * Ends work that takes too long: aborts its signal with an `ERR_TIMEOUT` error and rejects with the same, also when the
 * work ignores the signal. The abort of the caller rejects at once with the caller's own reason. The signal is not aborted
 * after the work has ended.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function timeout(options: TimeoutOptions = {}, runtime?: Partial<Runtime>): Policy {
  const { name, limit, perCallMax } = resolveTimeoutOptions(options, givenName(options))
  if (perCallMax !== undefined && perCallMax < limit) {
    const must = `be at least "limit", ${formatMs(limit)}`
    throw optionConflict('timeout', givenName(options), {
      key: 'perCallMax',
      must,
      received: formatMs(perCallMax),
    })
  }
  return new Timeout({ name, limitMs: limit, perCallMaxMs: perCallMax }, completeRuntime(runtime).clock)
}

interface TimeoutRule {
  readonly name: string
  readonly limitMs: number
  readonly perCallMaxMs: number | undefined
}

class Timeout extends StagedPolicy {
  readonly kind = 'timeout'
  readonly name: string
  readonly #rule: TimeoutRule
  readonly #clock: Clock

  constructor(rule: TimeoutRule, clock: Clock) {
    super()
    this.name = rule.name
    this.#rule = rule
    this.#clock = clock
  }

  stage(): Stage {
    const { name, limitMs, perCallMaxMs } = this.#rule
    return perCallMaxMs === undefined
      ? new TimeoutStage(name, limitMs, this.#clock)
      : new ChosenTimeoutStage({ name, limitMs, perCallMaxMs }, this.#clock)
  }

  describe(): Readonly<Record<string, unknown>> {
    const { limitMs, perCallMaxMs } = this.#rule
    return {
      kind: this.kind,
      name: this.name,
      limitMs,
      ...(perCallMaxMs !== undefined && { perCallMaxMs }),
    }
  }
}

class TimeoutStage extends Stage {
  override readonly mayAbandon = true
  readonly #name: string
  readonly #deadlines: DeadlineList<Flight>

  constructor(name: string, limitMs: number, clock: Clock) {
    super()
    this.#name = name
    this.#deadlines = new DeadlineList<Flight>(limitMs, clock, {
      keep: (flight, link) => {
        keepFrame(flight, this.index, link)
      },
      onOver: (flight) => this.#expire(flight),
    })
  }

  override enter(flight: Flight): unknown {
    keepFrame(flight, this.index, this.#deadlines.begin(flight))
    return this.inner.enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.#end(flight)
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#end(flight)
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned(flight: Flight): void {
    this.#end(flight)
  }

  override moved(from: Flight, to: Flight): void {
    const kept = this.#keptBy(from)
    keepFrame(from, this.index, undefined)
    if (kept !== undefined) keepFrame(to, this.index, this.#deadlines.handOver(kept, to))
  }

  override deadlineMs(flight: Flight): number | undefined {
    const kept = this.#keptBy(flight)
    return kept === undefined ? undefined : this.#deadlines.overAtMs(kept)
  }

  /** What the call keeps of its deadline; undefined while it is not in here. */
  #keptBy(flight: Flight): Registration<Flight> | undefined {
    return frameOf(flight, this.index) as Registration<Flight> | undefined
  }

  #end(flight: Flight): void {
    const kept = this.#keptBy(flight)
    if (kept === undefined) return
    keepFrame(flight, this.index, undefined)
    this.#deadlines.end(kept)
  }

  #expire(flight: Flight): void {
    keepFrame(flight, this.index, undefined)
    const error = timeoutError(this.#name, this.#deadlines.limitMs)
    flight.expire(this, error)
  }
}
