import type { ExecuteOptions, Work } from './call-context.ts'
import type { CallScope, Order } from './call-scope.ts'
import type { Form } from './flight-state.ts'
import { Flight } from './flight.ts'
import { linkStages, overrides, Stage } from './stage.ts'

/** Linked stages, ready for calls. */
export class Line {
  readonly stages: readonly Stage[]
  readonly core: Stage
  /**
   * The way in and, once the work has succeeded, the way out. Bound functions, because here all lines of a program meet: to
   * find a method anew for each call costs several times that.
   */
  readonly enter: (flight: Flight) => unknown
  readonly succeed: (flight: Flight, value: unknown) => unknown
  /** The outermost stage, if it may refuse before a call comes in. */
  readonly gate: Stage | undefined
  /** Whether a stage may end a call before its work does. */
  readonly mayAbandon: boolean
  /** Whether code of the caller's may run where something other than its work brought the call. */
  readonly needsScope: boolean
  /** The stages that give a call a deadline. */
  readonly deadlines: readonly Stage[]
  /** The stages that must be told when a call goes on as another flight. */
  readonly movers: readonly Stage[]
  readonly #throwing: Form = Object.freeze({ line: this, isOutcome: false, attempt: 1, around: undefined })
  readonly #telling: Form = Object.freeze({ line: this, isOutcome: true, attempt: 1, around: undefined })

  /**
   * @param outer the stages, outermost first
   * @param core what is inside them all
   */
  constructor(outer: readonly Stage[], core: Stage = new WorkCore()) {
    const stages = outer.flatMap((stage) => (stage.within === undefined ? [stage] : [stage, stage.within]))
    this.stages = stages
    this.core = core
    const first = linkStages(stages, { exit: new Exit(), core })
    this.enter = first.enter.bind(first)
    const { outerOnSuccess } = core
    this.succeed = outerOnSuccess.succeeded.bind(outerOnSuccess)
    const [outermost] = stages
    this.gate = outermost !== undefined && overrides(outermost, 'refusedAtOnce') ? outermost : undefined
    this.mayAbandon = stages.some((stage) => stage.mayAbandon)
    const innermostEnd = stages.findLastIndex((stage) => stage.mayAbandon)
    this.needsScope = stages.some((stage, index) => stage.goesOn && index < innermostEnd)
    this.deadlines = stages.filter((stage) => overrides(stage, 'deadlineMs'))
    this.movers = stages.filter((stage) => overrides(stage, 'moved'))
  }

  /** Makes a call, which rejects as its work does. */
  run(work: Work<unknown>, options: ExecuteOptions): Promise<unknown> {
    return new Flight(this.#throwing, work, options).start()
  }

  /** Makes a call, which answers with its outcome. */
  outcome(work: Work<unknown>, options: ExecuteOptions): Promise<unknown> {
    return new Flight(this.#telling, work, options).start()
  }

  /** Makes a call inside another one. */
  runInside(around: CallScope, { work, options }: Order): Promise<unknown> {
    const form = { line: this, isOutcome: false, attempt: around.attempt, around }
    return new Flight(form, work, options).start()
  }
}

/** The outer end: what arrives here is the result of the call. */
class Exit extends Stage {
  override succeeded(flight: Flight, value: unknown): unknown {
    flight.state = 'succeeded'
    return value
  }

  override failed(flight: Flight, error: unknown): unknown {
    flight.state = 'failed'
    return error
  }
}

/** The inner end: runs the work of the call. */
class WorkCore extends Stage {
  override enter(flight: Flight): unknown {
    return flight.begin(flight.work)
  }
}

/** The inner end of a line whose work is always the same: a policy of one's own. */
export class FixedCore extends Stage {
  readonly #work: Work<unknown>

  constructor(work: Work<unknown>) {
    super()
    this.#work = work
  }

  override enter(flight: Flight): unknown {
    return flight.begin(this.#work)
  }
}
