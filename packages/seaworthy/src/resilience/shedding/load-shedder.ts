import { refusalChannel, type Runtime, type SeaworthyError } from 'seaworthy/core'
import { priorityOf, type Priority } from '../bulkhead/priority.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { entered } from '../engine/entered.ts'
import type { Policy } from '../engine/policy.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { resilienceError } from '../resilience-errors.ts'
import { EventLoopMonitor, type DelayMonitor } from './delay-monitor.ts'
import {
  resolveLoadShedderOptions,
  type LoadShedderOptions,
  type ResolvedLoadShedder,
} from './load-shedder-options.ts'
import { CountingStage, SheddingStage, type StagedShedder } from './load-shedder-stage.ts'
import { nextPressure } from './pressure.ts'
import { shedShare } from './shed-share.ts'

export interface LoadShedderSnapshot {
  readonly name: string
  /** From 0, nothing is shed, to 1, all is: the higher one of its measures. */
  readonly pressure: number
  /** The mean delay of the event loop at the last look, in milliseconds; 0 without this measure. */
  readonly eventLoopDelayMs: number
  /** Calls under way inside, work that was given up included; 0 without this measure. */
  readonly inFlight: number
  /** Calls refused since the start. */
  readonly refused: number
}

/** Refuses calls of low priority while the process is under load. */
export interface LoadShedder extends Policy, Disposable {
  readonly kind: 'load-shedder'
  /** Whether a call would be let in now, by chance where only a part is. It is counted as refused if not. */
  admits(priority?: Priority): boolean
  /** Stops measuring the event loop: it does not press any more. */
  close(): void
  snapshot(): LoadShedderSnapshot
}

/** Where a load shedder is entered by name. */
export interface LoadShedderRegistrar {
  readonly loadShedders: { add(shedder: LoadShedder): void }
}

/**
 * Refuses calls while this process is under such load that it would serve all of them badly, the least important first:
 * by how late its event loop is, how many calls are under way, or both. Each priority has an equal part of the way from
 * `start` to `full`: within it a growing share of its calls is shed, by chance, and beyond it all. Measuring goes on until
 * {@link LoadShedder.close}; it does not keep the process alive.
 *
 * (Handling Overload, in: Site Reliability Engineering, O'Reilly 2016, chapter 21.)
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function loadShedder(
  options: LoadShedderOptions,
  runtime?: Partial<Runtime>,
  registry?: LoadShedderRegistrar,
): LoadShedder {
  const made = new PressureShedder(resolveLoadShedderOptions(options), completeRuntime(runtime))
  return entered(made, registry, 'loadShedders')
}

class PressureShedder extends StagedPolicy implements LoadShedder, StagedShedder {
  readonly kind = 'load-shedder'
  readonly name: string
  readonly #options: ResolvedLoadShedder
  readonly #runtime: Runtime
  readonly #monitor: DelayMonitor | undefined
  #delayMs = 0
  #delayPressure = 0
  #inFlight = 0
  #inFlightPressure = 0
  #refused = 0

  constructor(options: ResolvedLoadShedder, runtime: Runtime) {
    super()
    this.name = options.name
    this.#options = options
    this.#runtime = runtime
    if (options.eventLoopDelay === undefined) return
    this.#monitor = options.monitor ?? new EventLoopMonitor(runtime.clock)
    this.#monitor.start((delayMs) => this.#measured(delayMs))
  }

  stage(): Stage {
    return this.#options.inFlight === undefined ? new SheddingStage(this) : new CountingStage(this)
  }

  admits(priority?: Priority): boolean {
    return this.refusal(priority) === undefined
  }

  refusal(priority: Priority | undefined): SeaworthyError | undefined {
    const { inFlight } = this.#options
    if (inFlight !== undefined) {
      this.#inFlightPressure = nextPressure(this.#inFlightPressure, this.#inFlight + 1, inFlight)
    }
    if (this.#delayPressure === 0 && this.#inFlightPressure === 0) return undefined
    return this.#isShed(priorityOf(priority)) ? this.#refuse(priorityOf(priority)) : undefined
  }

  countInFlight(change: 1 | -1): void {
    this.#inFlight += change
  }

  close(): void {
    this.#monitor?.stop()
    this.#measured(0)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  snapshot(): LoadShedderSnapshot {
    return Object.freeze({
      name: this.name,
      pressure: this.#pressure,
      eventLoopDelayMs: this.#delayMs,
      inFlight: this.#inFlight,
      refused: this.#refused,
    })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, eventLoopDelay, inFlight } = this.#options
    return {
      kind: this.kind,
      name,
      ...(eventLoopDelay !== undefined && { eventLoopDelayMs: eventLoopDelay }),
      ...(inFlight !== undefined && { inFlight }),
    }
  }

  get #pressure(): number {
    return Math.max(this.#delayPressure, this.#inFlightPressure)
  }

  #measured(delayMs: number): void {
    const { eventLoopDelay } = this.#options
    this.#delayMs = delayMs
    if (eventLoopDelay !== undefined) {
      this.#delayPressure = nextPressure(this.#delayPressure, delayMs, eventLoopDelay)
    }
  }

  #isShed(priority: number): boolean {
    if (priority >= this.#options.spare) return false
    const share = shedShare(priority, this.#pressure)
    return share === 1 || (share > 0 && this.#runtime.random.next() < share)
  }

  #refuse(priority: number): SeaworthyError {
    this.#refused++
    const { name, retryAfterMs } = this.#options
    if (refusalChannel.hasSubscribers) refusalChannel.publish({ name, reason: 'load-shed', retryAfterMs })
    const pressure = this.#pressure
    return resilienceError(
      'ERR_LOAD_SHED',
      `Cannot call "${name}": calls of priority ${priority} must find less load, it is at ${Math.round(pressure * 100)} %`,
      { details: { name, priority, pressure }, retryAfterMs },
    )
  }
}
