import type { Clock, Timer } from 'seaworthy/core'
import type { ExecuteOptions } from '../engine/call-context.ts'
import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { Stage } from '../engine/stage.ts'
import type { ResolvedFault } from './fault.ts'
import type { FaultPlan } from './fault-rules.ts'
import { injectedError } from './injected-error.ts'

/** What a stage needs of its switch. */
export interface FaultPlanner {
  readonly name: string
  readonly clock: Clock
  /** Whether no call can meet a fault. */
  readonly isOff: boolean
  /** What a call meets; throws when the call asks for what cannot be understood. */
  plan(options: ExecuteOptions): FaultPlan | undefined
}

/** A fault switch at its place in a pipeline. */
export class FaultStage extends Stage {
  override readonly parksAsWork = true
  readonly #switch: FaultPlanner

  constructor(planner: FaultPlanner) {
    super()
    this.#switch = planner
  }

  override enter(flight: Flight): unknown {
    return this.#switch.isOff ? this.inner.enter(flight) : this.#enterBroken(flight)
  }

  override abandoned(flight: Flight): void {
    const timer = frameOf(flight, this.index) as Timer | undefined
    keepFrame(flight, this.index, undefined)
    timer?.cancel()
  }

  #enterBroken(flight: Flight): unknown {
    let plan: FaultPlan | undefined
    try {
      plan = this.#switch.plan(flight.options)
    } catch (error) {
      return this.outerOnFailure.failed(flight, error)
    }
    if (plan === undefined) return this.inner.enter(flight)
    const { delayMs, end } = plan
    if (delayMs > 0) return this.#delay(flight, delayMs, end)
    if (end === undefined) return this.inner.enter(flight)
    if (end.kind === 'result') return this.outerOnSuccess.succeeded(flight, end.value)
    if (end.kind === 'error') return this.outerOnFailure.failed(flight, this.#errorOf(end, flight))
    return flight.park(this)
  }

  #delay(flight: Flight, delayMs: number, end: ResolvedFault | undefined): unknown {
    // Made now, in the async context of the call, which a timer does not have.
    const error = end?.kind === 'error' ? this.#errorOf(end, flight) : undefined
    const over = (): void => {
      keepFrame(flight, this.index, undefined)
      if (end === undefined) flight.resume(this)
      else if (end.kind === 'result') flight.succeed(this, end.value)
      else if (end.kind === 'error') flight.fail(this, error)
    }
    const timer = this.#switch.clock.schedule(delayMs, over, { keepsAlive: true })
    keepFrame(flight, this.index, timer)
    return flight.park(this)
  }

  #errorOf(fault: ResolvedFault, flight: Flight): unknown {
    return injectedError(fault, this.#switch.name, { key: flight.options.key, attempt: flight.attempt })
  }
}
