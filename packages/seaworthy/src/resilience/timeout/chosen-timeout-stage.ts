import { coreError, formatMs, type Clock, type Timer } from 'seaworthy/core'
import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { Stage } from '../engine/stage.ts'
import { timeoutError } from './timeout-error.ts'

/** What a call keeps of a deadline of its own. */
interface OwnDeadline {
  owner: Flight
  readonly overAtMs: number
  readonly timer: Timer
}

interface ChosenTimeoutRule {
  readonly name: string
  readonly limitMs: number
  readonly perCallMaxMs: number
}

/** A timeout whose calls may choose their limits, so that each has a timer of its own on the clock. */
export class ChosenTimeoutStage extends Stage {
  override readonly mayAbandon = true
  readonly #rule: ChosenTimeoutRule
  readonly #clock: Clock

  constructor(rule: ChosenTimeoutRule, clock: Clock) {
    super()
    this.#rule = rule
    this.#clock = clock
  }

  override enter(flight: Flight): unknown {
    const { limitMs: usualMs, perCallMaxMs } = this.#rule
    const limitMs = flight.options.timeoutMs ?? usualMs
    if (!(limitMs >= 1 && limitMs <= Math.max(usualMs, perCallMaxMs))) {
      keepFrame(flight, this.index, undefined)
      return this.outerOnFailure.failed(flight, this.#refused(limitMs))
    }
    const deadline: OwnDeadline = {
      owner: flight,
      overAtMs: this.#clock.now() + limitMs,
      timer: this.#clock.schedule(limitMs, () => this.#expire(deadline.owner, limitMs), { keepsAlive: true }),
    }
    keepFrame(flight, this.index, deadline)
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
    const deadline = this.#deadlineOf(from)
    keepFrame(from, this.index, undefined)
    keepFrame(to, this.index, deadline)
    if (deadline !== undefined) deadline.owner = to
  }

  override deadlineMs(flight: Flight): number | undefined {
    return this.#deadlineOf(flight)?.overAtMs
  }

  #deadlineOf(flight: Flight): OwnDeadline | undefined {
    return frameOf(flight, this.index) as OwnDeadline | undefined
  }

  #end(flight: Flight): void {
    this.#deadlineOf(flight)?.timer.cancel()
    keepFrame(flight, this.index, undefined)
  }

  #expire(flight: Flight, limitMs: number): void {
    keepFrame(flight, this.index, undefined)
    flight.expire(this, timeoutError(this.#rule.name, limitMs))
  }

  #refused(limitMs: number): Error {
    const { name, perCallMaxMs } = this.#rule
    return coreError(
      'ERR_INVALID_OPTION',
      `Cannot call "${name}": its timeoutMs must be from 1 to ${perCallMaxMs} (${formatMs(perCallMaxMs)}), received ${limitMs}`,
      { details: { name, timeoutMs: limitMs, perCallMaxMs } },
    )
  }
}
