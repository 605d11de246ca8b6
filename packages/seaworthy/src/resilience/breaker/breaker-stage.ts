import { errorCode } from 'seaworthy/core'
import type { Flight } from '../engine/flight.ts'
import { Stage, type Abandonment } from '../engine/stage.ts'
import type { SeaworthyError } from 'seaworthy/core'
import type { OutcomeJudge } from './permit.ts'

/** The breaker, as its stages see it. */
interface Gate extends OutcomeJudge {
  admit(): SeaworthyError | undefined
  startOf(): number
}

/** What is remembered of a call that was let in. */
interface Admission {
  readonly generation: number
  readonly startedAt: number
}

export class BreakerStage extends Stage {
  readonly #gate: Gate
  #admission: Admission = { generation: -1, startedAt: 0 }

  constructor(gate: Gate) {
    super()
    this.#gate = gate
  }

  override enter(flight: Flight): unknown {
    const refusal = this.#gate.admit()
    if (refusal !== undefined) return this.outerOnFailure.failed(flight, refusal)
    const startedAt = this.#gate.startOf()
    const { generation } = this.#gate
    if (this.#admission.generation !== generation || startedAt !== 0)
      this.#admission = { generation, startedAt }
    flight.frames[this.index] = this.#admission
    return this.inner.enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    const admission = this.#admissionOf(flight)
    this.#gate.settle(admission, this.#gate.successOf(admission.startedAt))
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#gate.settle(this.#admissionOf(flight), this.#gate.failureOf(error))
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned(flight: Flight, { reason, hasBegun }: Abandonment): void {
    const isTooSlow = hasBegun && errorCode(reason) === 'ERR_TIMEOUT'
    this.#gate.settle(this.#admissionOf(flight), isTooSlow ? 'failed' : 'ignored')
  }

  #admissionOf(flight: Flight): Admission {
    return flight.frames[this.index] as Admission
  }
}
