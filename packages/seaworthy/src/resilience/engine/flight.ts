import type { AsyncResource } from 'node:async_hooks'
import { abortReason } from 'seaworthy/core'
import type { ExecuteOptions, Work } from './call-context.ts'
import { failedWith, succeededWith } from './call-outcome.ts'
import { Ending, type CallScope, type Order, type ScopeChild } from './call-scope.ts'
import { CallerScope } from './caller-scope.ts'
import type { Line } from './line.ts'
import { copyFrames, type Frames } from './frames.ts'
import { createScope, noRarities, type Form, type Rarities } from './flight-state.ts'
import { Rejection } from './rejection.ts'
import { settlingOnce } from './settling-once.ts'
import { hubOf, type Tie } from './signal-hub.ts'
import type { Abandonment, Stage } from './stage.ts'
import { Stray, Strays } from './stray.ts'

/**
 * One attempt of a call on its way through the stages of a line, and the context that its work is given. A further attempt
 * is another flight, so that work which goes on after it was given up never sees what belongs to a later one. As long as no
 * stage needs more, the promise of the call is the one that `then` derives from that of the work.
 */
export class Flight implements CallScope, ScopeChild, Frames {
  readonly work: Work<unknown>
  readonly options: ExecuteOptions
  frame0: unknown
  frame1: unknown
  frame2: unknown
  frame3: unknown
  frame4: unknown
  moreFrames: unknown[] | undefined
  state: 'under way' | 'succeeded' | 'failed' = 'under way'
  /** How often work was begun for the call, at this and earlier attempts. */
  begun = 0
  readonly #form: Form
  /** Where the call rests: a stage that it is parked in, or the core while the work runs. */
  #at: Stage | undefined
  /** Settle the promise of the call, if it has one of its own. */
  #resolve: ((value: unknown) => void) | undefined
  #reject: ((reason: unknown) => void) | undefined
  /** Runs code of the caller's in the async context of the call. */
  #scope: AsyncResource | undefined
  /** To what ends the call when it ends: a signal, or a call around this one. */
  #tie: Tie | undefined
  #rare: Rarities | undefined

  constructor(form: Form, work: Work<unknown>, options: ExecuteOptions) {
    this.work = work
    this.options = options
    this.#form = form
  }

  get line(): Line {
    return this.#form.line
  }

  get attempt(): number {
    return this.#form.attempt
  }

  /** Whether it waits for something of ours, so that its work is not under way. */
  get isWaiting(): boolean {
    return this.#at !== undefined && this.#at !== this.line.core && !this.#at.parksAsWork
  }

  /** How often work of this call was given up so far while it went on. */
  get strayCount(): number {
    return this.#rare?.strays === undefined ? 0 : this.#rare.strays.count
  }

  get order(): Order {
    return this
  }

  orderIn(line: Line): Order | undefined {
    return this.line === line ? this : this.#form.around?.orderIn(line)
  }

  /** One of its own, made when somebody looks, so that it ends with this attempt and with nothing else. */
  get signal(): AbortSignal {
    return this.#end().signal
  }

  get isAborted(): boolean {
    return this.#rare?.ending?.isAborted === true
  }

  get reason(): unknown {
    return this.#rare?.ending?.reason
  }

  adopt(child: ScopeChild): void {
    this.#end().adopt(child)
  }

  disown(child: ScopeChild): void {
    this.#rare?.ending?.disown(child)
  }

  /** When the time of the call is over; undefined without a limit. */
  get deadlineMs(): number | undefined {
    let earliest = this.#form.around?.deadlineMs
    for (const stage of this.line.deadlines) {
      const deadlineMs = stage.deadlineMs(this)
      if (deadlineMs !== undefined && (earliest === undefined || deadlineMs < earliest)) earliest = deadlineMs
    }
    return earliest
  }

  /** Makes the call. */
  start(): Promise<unknown> {
    const { line } = this
    if (this.#form.around !== undefined || this.options.signal !== undefined) return this.#startFollowing()
    if (line.mayAbandon) return this.#startAbandonable()
    let result: unknown
    try {
      result = line.enter(this)
    } catch (thrown) {
      result = this.#crashed(thrown)
    }
    // Without a promise of its own, what the stages return is the promise that follows the work.
    return this.state === 'under way' ? (result as Promise<unknown>) : this.#concludeAtOnce(result)
  }

  /** Runs the work of the call; for the core of a line. */
  begin(work: Work<unknown>): unknown {
    if (this.#rare?.lateAbort !== undefined) return this.#abortFrom(this.line.core.index - 1)
    this.#at = this.line.core
    this.begun++
    try {
      const result = work(this)
      return settlingOnce(result).then(
        (value) => this.#worked(value),
        (error) => this.#broke(error, false),
      )
    } catch (error) {
      return this.#broke(error, true)
    }
  }

  /** Lets the call wait in a stage, until `resume`, `fail`, `succeed` or `retry`. Its `abandoned` may come before. */
  park(stage: Stage): unknown {
    if (this.#rare?.lateAbort !== undefined) return this.#abortFrom(stage.index)
    this.#at = stage
    this.#scope ??= createScope()
    return this.#resolve === undefined ? this.#createPromise() : undefined
  }

  /** Ends the wait, if the call still waits there: it goes on inward. */
  resume(stage: Stage): void {
    if (this.#at !== stage) return
    const end = this.#endAround
    if (end === undefined) return this.#goOn(() => stage.inner.enter(this))
    // Another one that ends with it has left it a place: it is told itself in a moment, and begins nothing any more.
    queueMicrotask(() => {
      if (this.#at === stage) this.aborted(end.reason)
    })
  }

  /** The same: it fails. */
  fail(stage: Stage, error: unknown): void {
    if (this.#at === stage) this.#goOn(() => stage.outerOnFailure.failed(this, error))
  }

  /** The same: it succeeds. */
  succeed(stage: Stage, value: unknown): void {
    if (this.#at === stage) this.#goOn(() => stage.outerOnSuccess.succeeded(this, value))
  }

  /** The same: a further attempt at what is inside the stage. */
  retry(stage: Stage): void {
    if (this.#at !== stage) return
    const next = this.#heir(this.attempt + 1)
    next.#goOn(() => stage.inner.enter(next))
  }

  /**
   * Ends what is inside a stage although it has not settled, and goes on outward with the error. If work was under way, it
   * cannot be stopped: then it keeps this flight, and the call goes on as another.
   */
  expire(stage: Stage, error: unknown): void {
    const going = this.#abandon(stage.index, error)
    going.#goOn(() => stage.outerOnFailure.failed(going, error))
  }

  /** Called when the caller gives up, or what this call is inside of ends. */
  aborted(reason: unknown): void {
    if (this.#at === undefined) {
      this.#rarities().lateAbort = { reason }
      return
    }
    const going = this.#abandon(-1, reason)
    going.state = 'failed'
    going.#conclude(reason)
  }

  /** Calls back when all work that was given up since `since` ({@link strayCount}) has ended: mostly at once. */
  whenStraysEnded(since: number, callback: () => void): void {
    if (this.#rare?.strays === undefined) callback()
    else this.#rare.strays.whenEnded(since, callback)
  }

  noteStray(stray: Stray): void {
    const rare = this.#rarities()
    rare.strays ??= new Strays()
    rare.strays.add(stray)
    this.#form.around?.noteStray(stray)
  }

  #rarities(): Rarities {
    this.#rare ??= noRarities()
    return this.#rare
  }

  #end(): Ending {
    const rare = this.#rarities()
    rare.ending ??= new Ending()
    return rare.ending
  }

  #startFollowing(): Promise<unknown> {
    const end = this.#endAround
    if (end !== undefined) return this.#refuseAborted(end.reason)
    this.#follow()
    return this.#startAbandonable()
  }

  #startAbandonable(): Promise<unknown> {
    const promise = this.#createPromise()
    const { line } = this
    if (line.needsScope) this.#scope = createScope()
    let result: unknown
    try {
      result = line.enter(this)
    } catch (thrown) {
      result = this.#crashed(thrown)
    }
    if (this.state !== 'under way') this.#conclude(result)
    return promise
  }

  #createPromise(): Promise<unknown> {
    // A closure for each call, because one for all must keep what it was given in an old place, which costs more.
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  #refuseAborted(reason: unknown): Promise<unknown> {
    this.state = 'failed'
    return this.#concludeAtOnce(reason)
  }

  #worked(value: unknown): unknown {
    if (this.#rare?.stray !== undefined) return this.#rare.stray.end()
    this.#at = undefined
    let result: unknown
    try {
      result = this.line.succeed(this, value)
    } catch (thrown) {
      result = this.#crashed(thrown)
    }
    return this.#conclude(result)
  }

  /** The work threw, at once or later. */
  #broke(error: unknown, atOnce: boolean): unknown {
    if (this.#rare?.stray !== undefined) return this.#rare.stray.end()
    this.#at = undefined
    let result: unknown
    try {
      result = this.line.core.outerOnFailure.failed(this, error)
    } catch (thrown) {
      result = this.#crashed(thrown)
    }
    return atOnce ? result : this.#conclude(result)
  }

  /** A stage threw: the call fails with that, so that its caller does not wait for ever. */
  #crashed(thrown: unknown): unknown {
    this.state = 'failed'
    return thrown
  }

  #goOn(step: () => unknown): void {
    this.#at = undefined
    const scope = this.#scope
    if (scope === undefined) this.#conclude(this.#attempted(step))
    else scope.runInAsyncScope(() => this.#conclude(this.#attempted(step)))
  }

  #attempted(step: () => unknown): unknown {
    try {
      return step()
    } catch (thrown) {
      return this.#crashed(thrown)
    }
  }

  /** Answers the caller if the call has ended. Returns what a promise that follows the work is to settle with. */
  #conclude(result: unknown): unknown {
    if (this.state === 'under way') return result
    const hasSucceeded = this.state === 'succeeded'
    const { isOutcome } = this.#form
    const resolve = this.#resolve
    const reject = this.#reject
    this.#tie?.leave()
    if (!hasSucceeded && !isOutcome) {
      if (reject === undefined) return new Rejection(result)
      return reject(result)
    }
    const value = isOutcome ? (hasSucceeded ? succeededWith(result) : failedWith(result)) : result
    return resolve === undefined ? value : resolve(value)
  }

  /** The same for a call that ended before it had a promise. */
  #concludeAtOnce(result: unknown): Promise<unknown> {
    const hasSucceeded = this.state === 'succeeded'
    if (this.#form.isOutcome)
      return Promise.resolve(hasSucceeded ? succeededWith(result) : failedWith(result))
    return Promise.resolve(hasSucceeded ? result : new Rejection(result))
  }

  /** How what the call ends with has ended; undefined while it has not. */
  get #endAround(): { readonly reason: unknown } | undefined {
    const { around } = this.#form
    if (around?.isAborted === true) return { reason: around.reason }
    const { signal } = this.options
    return signal?.aborted === true ? { reason: abortReason(signal) } : undefined
  }

  /** Whether a call around this one ends it, which then follows the caller's signal itself. */
  get #isInside(): boolean {
    return this.#form.around !== undefined && !(this.#form.around instanceof CallerScope)
  }

  /** Ends with what it is inside of, or with its caller, unless that is just about to end. */
  #follow(): void {
    const { around } = this.#form
    const { signal } = this.options
    if (around !== undefined && this.#isInside) {
      if (around.isAborted) return
      around.adopt(this)
      this.#tie = { leave: () => around.disown(this) }
    } else if (signal?.aborted === false) this.#tie = hubOf(signal).add(this)
  }

  /** Ends the call from a stage outward, in a step in which it is not at rest. */
  #abortFrom(index: number): unknown {
    const reason = this.#rare?.lateAbort?.reason
    this.#end().abort(reason)
    this.#tellAbandoned(index, -1, { reason, hasBegun: false })
    this.state = 'failed'
    return reason
  }

  /** Ends what is inside of stage `outside`. The flight that goes on, at no place. */
  #abandon(outside: number, reason: unknown): Flight {
    const { line } = this
    const isRunning = this.#at === line.core
    const innermost = isRunning ? line.stages.length - 1 : (this.#at?.index ?? -1)
    const hasBegun = isRunning ? this.#rare?.ending?.hasBegun !== false : this.#at?.parksAsWork === true
    const going = this.#heir(this.attempt)
    if (isRunning) {
      const stray = new Stray()
      this.#rarities().stray = stray
      going.noteStray(stray)
    }
    this.#end().abort(reason)
    going.#tellAbandoned(innermost, outside, { reason, hasBegun })
    return going
  }

  #tellAbandoned(innermost: number, outside: number, end: Abandonment): void {
    for (let index = innermost; index > outside; index--) this.line.stages[index]?.abandoned(this, end)
  }

  /** The flight that goes on in place of this one. */
  #heir(attempt: number): Flight {
    const { line, around, isOutcome } = this.#form
    const heir = new Flight({ line, isOutcome, around, attempt }, this.work, this.options)
    heir.#resolve = this.#resolve
    heir.#reject = this.#reject
    heir.#scope = this.#scope
    heir.begun = this.begun
    heir.#rarities().strays = this.#rare?.strays
    copyFrames(this, heir)
    this.#at = undefined
    if (this.#tie !== undefined) {
      this.#tie.leave()
      this.#tie = undefined
      heir.#follow()
    }
    for (const stage of this.line.movers) stage.moved(this, heir)
    return heir
  }
}
