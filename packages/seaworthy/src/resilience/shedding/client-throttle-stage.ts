import type { LoadClassifier } from '../adaptive/load-classifier.ts'
import type { LoadOutcome } from '../adaptive/load-outcome.ts'
import type { Flight } from '../engine/flight.ts'
import { Stage, type Abandonment } from '../engine/stage.ts'

/** What a stage needs of its client throttle. */
export interface StagedThrottle {
  readonly classifier: LoadClassifier
  /** The error to refuse a call with; undefined when it may be sent. */
  refusal(): unknown
  record(outcome: LoadOutcome): void
}

/** The place of a client throttle in a pipeline. It remembers nothing of a call. */
export class ThrottleStage extends Stage {
  readonly #throttle: StagedThrottle

  constructor(throttle: StagedThrottle) {
    super()
    this.#throttle = throttle
  }

  override enter(flight: Flight): unknown {
    const refusal = this.#throttle.refusal()
    return refusal === undefined ? this.inner.enter(flight) : this.outerOnFailure.failed(flight, refusal)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.#throttle.record(this.#throttle.classifier.ofValue(value))
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#throttle.record(this.#throttle.classifier.ofError(error))
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned(flight: Flight, end: Abandonment): void {
    this.#throttle.record(this.#throttle.classifier.ofAbandonment(flight, end))
  }
}
