import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import type { Abandonment } from '../engine/stage.ts'
import { SlotStage, type SlotKeeper } from '../bulkhead/slot-stage.ts'
import type { LoadClassifier } from './load-classifier.ts'
import type { LoadOutcome } from './load-outcome.ts'

/** What a stage needs of its adaptive limit. */
export interface StagedAdaptiveLimit extends SlotKeeper {
  readonly classifier: LoadClassifier
  now(): number
  /** Takes note of a call that ended, whose slot is still taken. */
  ended(startedMs: number, outcome: LoadOutcome): void
}

/** The place of an adaptive limit in a pipeline. What it remembers of a call is when it began. */
export class AdaptiveLimitStage extends SlotStage {
  readonly #limit: StagedAdaptiveLimit

  constructor(limit: StagedAdaptiveLimit) {
    super(limit)
    this.#limit = limit
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.#ended(flight, this.#limit.classifier.ofValue(value))
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#ended(flight, this.#limit.classifier.ofError(error))
    return this.outerOnFailure.failed(flight, error)
  }

  protected override took(flight: Flight): void {
    keepFrame(flight, this.index, new LimitedCall(this.#limit.now(), flight.strayCount))
  }

  protected override dropped(flight: Flight, end: Abandonment): void {
    this.#ended(flight, this.#limit.classifier.ofAbandonment(flight, end))
  }

  #ended(flight: Flight, outcome: LoadOutcome): void {
    const call = frameOf(flight, this.index) as LimitedCall
    this.#limit.ended(call.startedMs, outcome)
    this.giveBack(flight, call.strayCount)
  }
}

/** What is remembered of a call that was let in. */
class LimitedCall {
  readonly startedMs: number
  /** How often its work had been given up before. */
  readonly strayCount: number

  constructor(startedMs: number, strayCount: number) {
    this.startedMs = startedMs
    this.strayCount = strayCount
  }
}
