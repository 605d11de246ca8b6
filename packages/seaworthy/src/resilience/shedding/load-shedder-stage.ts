import type { Priority } from '../bulkhead/priority.ts'
import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { Stage } from '../engine/stage.ts'

/** What a stage needs of its load shedder. */
export interface StagedShedder {
  /** The error to refuse a call with; undefined when it is let in. */
  refusal(priority: Priority | undefined): unknown
  countInFlight(change: 1 | -1): void
}

/** The place of a load shedder in a pipeline. */
export class SheddingStage extends Stage {
  protected readonly shedder: StagedShedder

  constructor(shedder: StagedShedder) {
    super()
    this.shedder = shedder
  }

  override enter(flight: Flight): unknown {
    const refusal = this.shedder.refusal(flight.order.options.priority)
    return refusal === undefined ? this.inner.enter(flight) : this.outerOnFailure.failed(flight, refusal)
  }
}

/** The same where calls under way are counted. What it remembers of a call is how much had been given up before. */
export class CountingStage extends SheddingStage {
  override enter(flight: Flight): unknown {
    const refusal = this.shedder.refusal(flight.order.options.priority)
    if (refusal !== undefined) return this.outerOnFailure.failed(flight, refusal)
    this.shedder.countInFlight(1)
    keepFrame(flight, this.index, flight.strayCount)
    return this.inner.enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.#ended(flight)
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#ended(flight)
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned(flight: Flight): void {
    this.#ended(flight)
  }

  #ended(flight: Flight): void {
    const since = frameOf(flight, this.index) as number
    if (flight.strayCount === since) this.shedder.countInFlight(-1)
    else flight.whenStraysEnded(since, () => this.shedder.countInFlight(-1))
  }
}
