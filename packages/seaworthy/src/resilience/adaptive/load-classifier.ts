import { isolate } from 'seaworthy/core'
import { classifyAbort } from '../engine/classify-error.ts'
import type { Flight } from '../engine/flight.ts'
import type { Abandonment } from '../engine/stage.ts'
import type { LoadOutcome } from './load-outcome.ts'

export interface LoadClassification {
  readonly classify: (error: unknown) => LoadOutcome
  readonly classifyResult: ((value: unknown) => LoadOutcome) | undefined
}

/**
 * Tells what the end of a call says about load. A classification of the caller's that throws must cost no slot and no call:
 * it counts as `answered`, and is reported.
 */
export class LoadClassifier {
  readonly #rules: LoadClassification

  constructor(rules: LoadClassification) {
    this.#rules = rules
  }

  ofValue(value: unknown): LoadOutcome {
    const { classifyResult } = this.#rules
    return classifyResult === undefined ? 'served' : classified(() => classifyResult(value))
  }

  ofError(error: unknown): LoadOutcome {
    return classified(() => this.#rules.classify(error))
  }

  /** A timeout around it that was over while the work ran is a drop; any other end, also by the caller, says nothing. */
  ofAbandonment({ options }: Flight, { reason, hasBegun }: Abandonment): LoadOutcome {
    return hasBegun && classifyAbort(reason, options.signal) === 'failed' ? 'overloaded' : 'ignored'
  }
}

function classified(classify: () => LoadOutcome): LoadOutcome {
  let outcome: LoadOutcome = 'answered'
  isolate(() => {
    outcome = classify()
  })
  return outcome
}
