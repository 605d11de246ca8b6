import type { CallOutcome } from './call-outcome.ts'
import type { Flight } from './flight.ts'

/** How a call was ended from outside a stage: by a timeout around it, by the caller, or as the loser of a race. */
export interface Abandonment {
  readonly reason: unknown
  /** Whether the work itself was under way, and not only a wait of ours before it. */
  readonly hasBegun: boolean
}

/**
 * A policy at its place in one pipeline. A call goes inward through `enter` and outward again through `succeeded` or
 * `failed`. Each hook hands on by calling the next one and returns what that returned; hooks that a stage does not have
 * are left out when the pipeline is linked, so that a call only meets code that has something to do.
 */
export abstract class Stage {
  /** The next stage inward that wants to see entries. Set by {@link linkStages}. */
  inner!: Stage
  /** The next stage outward that wants to see successes. */
  outerOnSuccess!: Stage
  /** The next stage outward that wants to see failures. */
  outerOnFailure!: Stage
  /** Its place among the stages, from 0 outermost; also that of what it keeps of a call, `Frames`. */
  index = 0
  /** Whether it ends what is inside it before that has settled, so that the call needs a promise of its own. */
  readonly mayAbandon: boolean = false
  /** Whether a call that is parked here counts as work under way, because the stage stands in for the work. */
  readonly parksAsWork: boolean = false
  /** Whether it may run code of the caller's after a failure, which is then to run in the async context of the call. */
  readonly goesOn: boolean = false
  /** A second stage of the same policy, right inside this one. */
  readonly within: Stage | undefined = undefined

  /** A call comes in. Hand on with `this.inner.enter(flight)`, refuse with `this.outerOnFailure.failed(…)`, or park. */
  enter(flight: Flight): unknown {
    return this.inner.enter(flight)
  }

  /**
   * What every call is told at present, if it is refused before it can come in and only wants an outcome: one promise for
   * all of them. Undefined when a call is to come in. Only asked of the outermost stage, and only for calls without a signal.
   */
  refusedAtOnce(): Promise<CallOutcome<never>> | undefined {
    return undefined
  }

  /** What is inside succeeded. */
  succeeded(flight: Flight, value: unknown): unknown {
    return this.outerOnSuccess.succeeded(flight, value)
  }

  /** What is inside failed, or refused. */
  failed(flight: Flight, error: unknown): unknown {
    return this.outerOnFailure.failed(flight, error)
  }

  /** Something outside ended the call while it was in here: give back what was taken; nothing else will follow. */
  abandoned(_flight: Flight, _end: Abandonment): void {}

  /** The call goes on as another flight, at a further attempt or because its work could not be stopped. */
  moved(_from: Flight, _to: Flight): void {}

  /** When the time that this stage gives the call is over, on the clock of its policy; undefined when it gives none. */
  deadlineMs(_flight: Flight): number | undefined {
    return undefined
  }
}

/** Links stages, outermost first, between the two ends of a line. */
export function linkStages(
  stages: readonly Stage[],
  ends: { readonly exit: Stage; readonly core: Stage },
): Stage {
  const all = [ends.exit, ...stages, ends.core]
  stages.forEach((stage, index) => {
    stage.index = index
  })
  ends.exit.index = -1
  ends.core.index = stages.length
  let onSuccess = ends.exit
  let onFailure = ends.exit
  for (const stage of all.slice(1)) {
    stage.outerOnSuccess = onSuccess
    stage.outerOnFailure = onFailure
    if (overrides(stage, 'succeeded')) onSuccess = stage
    if (overrides(stage, 'failed')) onFailure = stage
  }
  let inner = ends.core
  for (const stage of all.slice(0, -1).toReversed()) {
    stage.inner = inner
    if (overrides(stage, 'enter')) inner = stage
  }
  return ends.exit.inner
}

/** Whether a stage has a hook of its own. */
export function overrides(
  stage: Stage,
  hook: 'enter' | 'refusedAtOnce' | 'succeeded' | 'failed' | 'abandoned' | 'moved' | 'deadlineMs',
): boolean {
  return stage[hook] !== Stage.prototype[hook]
}
