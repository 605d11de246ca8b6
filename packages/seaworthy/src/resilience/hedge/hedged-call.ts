import { AsyncResource } from 'node:async_hooks'
import type { Work } from '../engine/call-context.ts'
import type { CallScope, ScopeChild } from '../engine/call-scope.ts'
import { resilienceError } from '../resilience-errors.ts'
import { discardResult } from '../retry/discard.ts'
import { HedgeBranch } from './hedge-branch.ts'
import type { HedgePlan } from './hedge-plan.ts'
import type { HedgeWaiter } from './hedge-queue.ts'
import { raceStep, startRace, type Race, type RaceEvent } from './hedge-race.ts'

/** One call and its attempts against each other. */
export class HedgedCall<T> implements ScopeChild, HedgeWaiter {
  /** Its attempts tell for themselves whether their work has begun. */
  readonly isWaiting = true
  ticket: HedgeWaiter['ticket']
  readonly #plan: HedgePlan
  readonly #next: Work<T>
  readonly #around: CallScope
  readonly #branches: HedgeBranch[] = []
  /** The timer brings further attempts, which are to run in the async context of the call. */
  readonly #asyncScope = new AsyncResource('SeaworthyHedge')
  readonly #answer = Promise.withResolvers<T>()
  #race: Race
  #startedAtMs = 0
  /** The delay at the start; undefined when there was none. */
  #delayMs: number | undefined
  /** The delay that is being waited for. */
  #waitMs = 0
  #firstError: unknown
  #isRecorded = false

  constructor(plan: HedgePlan, next: Work<T>, around: CallScope) {
    this.#plan = plan
    this.#next = next
    this.#around = around
    this.#race = startRace(plan.options.max)
  }

  start(): Promise<T> {
    const { delay, clock } = this.#plan
    if (delay.fixedMs === undefined) this.#startedAtMs = clock.now()
    this.#delayMs = delay.delayMs(this.#startedAtMs)
    this.#around.adopt(this)
    this.#run(0)
    this.#wait(this.#delayMs)
    return this.#answer.promise
  }

  /** The delay is over. The timer that tells is not the call's own. */
  over(): void {
    this.#asyncScope.runInAsyncScope(() => this.#due())
  }

  /** The call as a whole was given up. */
  aborted(reason: unknown): void {
    const { abort } = this.#send({ type: 'aborted' })
    this.#end()
    this.#recordFirst(false)
    for (const branch of this.#picked(abort)) branch.lose(reason, this.#plan.options.discard)
    this.#answer.reject(reason)
  }

  #run(attempt: number): void {
    const branch = new HedgeBranch(this.#around, this.#around.attempt + attempt)
    this.#branches.push(branch)
    let result: Promise<T>
    try {
      result = Promise.resolve(this.#next(branch))
    } catch (error) {
      return this.#failed(attempt, error)
    }
    result.then(
      (value) => this.#succeeded(attempt, value),
      (error: unknown) => this.#failed(attempt, error),
    )
  }

  #wait(delayMs: number | undefined): void {
    if (delayMs === undefined || !this.#race.waits) return
    this.#waitMs = delayMs
    this.#plan.queue.begin(this, delayMs)
  }

  #due(): void {
    const plan = this.#plan
    const { start } = this.#send({ type: 'due', granted: plan.grant() })
    if (start === undefined) return
    plan.publish(start + 1, this.#waitMs)
    this.#run(start)
    this.#wait(plan.delay.delayMs(plan.clock.now()))
  }

  #succeeded(attempt: number, value: T): void {
    const { abort, discard } = this.#send({ type: 'succeeded', attempt })
    this.#branches[attempt]?.close()
    if (discard !== undefined) return discardResult(value, this.#plan.options.discard)
    this.#end()
    this.#recordFirst(true)
    this.#plan.noteSuccess(attempt)
    this.#abortLosers(abort, attempt)
    this.#answer.resolve(value)
  }

  #failed(attempt: number, error: unknown): void {
    if (attempt === 0) {
      this.#firstError = error
      this.#recordFirst(false)
    }
    const { settle } = this.#send({ type: 'failed', attempt })
    this.#branches[attempt]?.close()
    if (settle === undefined) return
    this.#end()
    this.#answer.reject(this.#firstError)
  }

  #send(event: RaceEvent): ReturnType<typeof raceStep> {
    const step = raceStep(this.#race, event, this.#plan.options.max)
    this.#race = step.race
    return step
  }

  #end(): void {
    this.#plan.queue.end(this)
    this.#around.disown(this)
  }

  #abortLosers(bits: number, winner: number): void {
    if (bits === 0) return
    const { name, discard } = this.#plan.options
    const reason = resilienceError(
      'ERR_HEDGE_LOST',
      `Cannot use an attempt of "${name}": must be the first to answer, received the answer of attempt ${winner + 1} before`,
      { details: { name, winner: winner + 1 } },
    )
    for (const branch of this.#picked(bits)) branch.lose(reason, discard)
  }

  #picked(bits: number): readonly HedgeBranch[] {
    return this.#branches.filter((_, attempt) => (bits & (1 << attempt)) !== 0)
  }

  /**
   * Records how long the first attempt took, or has taken when another one answers. If the call fails, it took at
   * least so long: that counts if it is longer than the delay, for then it is known on which side of the quantile it
   * would have been. Were attempts that hedges cut short left out, the delay would follow the faster ones only and
   * shrink from hedge to hedge.
   */
  #recordFirst(isAnswered: boolean): void {
    const { delay, clock } = this.#plan
    if (delay.fixedMs !== undefined || this.#isRecorded) return
    this.#isRecorded = true
    const nowMs = clock.now()
    const elapsedMs = nowMs - this.#startedAtMs
    if (isAnswered || elapsedMs >= (this.#delayMs ?? Infinity)) delay.record(elapsedMs, nowMs)
  }
}
