import {
  breakerChannel,
  breakerShadowChannel,
  type BreakerState,
  type Outcome,
  type SeaworthyError,
} from 'seaworthy/core'
import type { ResilienceErrorCode } from '../resilience-errors.ts'
import type { BreakerPlan } from './breaker-plan.ts'
import { publishRefusal, refusalError } from './breaker-refusal.ts'
import { breakerRecord, memoryOf, type BreakerRecord } from './breaker-record.ts'
import type { PeerListener } from './breaker-reports.ts'
import {
  initialStatus,
  refusedForMs,
  transition,
  type BreakerEvent,
  type BreakerReason,
  type BreakerStatus,
} from './breaker-state.ts'
import { isForgettable } from './is-forgettable.ts'
import { BreakerTotals } from './breaker-totals.ts'
import { windowFor } from './breaker-trip.ts'
import type { CircuitBreakerSnapshot } from './circuit-breaker-handle.ts'
import { InFlightWatch } from './in-flight-watch.ts'
import { openTimeMaxMs } from './open-time.ts'
import type { OutcomeWindow } from './outcome-window.ts'
import { PeerLink } from './peer-link.ts'
import { rampRefusalMs } from './reopening-ramp.ts'
import { StandingRefusal } from './standing-refusal.ts'
import { generationOf, past, TimedTicket, uncounted, type Ticket } from './ticket.ts'

/**
 * One breaker: the state, the window of a closed one, and what was counted. A call is let in by {@link admit}, which
 * gives a ticket, and comes back with it once. Times of transitions are exact; what only decides the bucket of a window,
 * or how long an open breaker still refuses, is read from the coarse clock.
 */
export class BreakerCore implements PeerListener {
  readonly name: string
  /** The ticket of a call that only needs counting; below 0 while calls need more than that. */
  plainTicket = -1
  /** What calls are told while the breaker is open; made when the first asks. */
  standing: StandingRefusal | undefined
  readonly #totals = new BreakerTotals()
  #plan: BreakerPlan
  #status: BreakerStatus
  #window: OutcomeWindow
  #watch: InFlightWatch | undefined
  #peers: PeerLink | undefined
  #retryAfterMs = 0
  #openedAtMs: number | undefined
  #note: string | undefined

  /** @throws SeaworthyError ERR_BREAKER_RECORD_INVALID */
  constructor(name: string, plan: BreakerPlan, restore?: unknown) {
    this.name = name
    this.#plan = plan
    this.#status = initialStatus(plan.runtime.clock.now())
    this.#window = windowFor(plan.trip)
    if (restore !== undefined) this.#restore(restore)
    this.#prepare()
    this.#publish('closed', restore === undefined ? 'start' : 'restored')
    this.#join()
  }

  get plan(): BreakerPlan {
    return this.#plan
  }

  get state(): BreakerState {
    this.#lookAt(this.#now())
    return this.#stateOf(this.#status)
  }

  /** Whether nothing is to be remembered but, perhaps, a few failures of late. */
  get isIdle(): boolean {
    const nowMs = this.#now()
    this.#lookAt(nowMs)
    return isForgettable(this.#status, nowMs, this.#plan)
  }

  /** Lets a call in. Undefined when it is refused; {@link refusal} then tells why. */
  admit(): Ticket | undefined {
    return this.plainTicket >= 0 ? this.plainTicket : this.#admitWithCare()
  }

  /** The error for the call that was just refused. */
  refusal(): SeaworthyError<ResilienceErrorCode> {
    const { name } = this
    const retryAfterMs = this.#retryAfterMs
    publishRefusal(name, retryAfterMs)
    return refusalError({ name, state: this.#status.kind, note: this.#note, retryAfterMs })
  }

  /** The same for a state that lasts, for calls that only want an outcome; undefined when calls may come in. */
  stand(): StandingRefusal | undefined {
    const { coarse, rules } = this.#plan
    const status = this.#status
    const isShut = status.kind === 'open' || status.kind === 'forced-open'
    if (!isShut || this.#stateOf(status) !== status.kind) return undefined
    const forcedForMs = rules.openTime.baseMs
    this.standing ??= new StandingRefusal({ name: this.name, status, note: this.#note, forcedForMs, coarse })
    return this.standing.stands() ? this.standing : undefined
  }

  /** The call ended with a value. */
  succeeded(ticket: Ticket, value: unknown): void {
    if (ticket !== this.plainTicket || ticket < 0) return this.#succeededWithCare(ticket, value)
    this.#totals.ok++
    if (this.#window.recordOk(this.#plan.coarse)) this.#trip('failures')
  }

  /** The call ended with an error. */
  failed(ticket: Ticket, error: unknown): void {
    if (ticket !== uncounted) this.settle(ticket, this.#plan.classify(error))
  }

  /** The call ended with this outcome. */
  settle(ticket: Ticket, outcome: Outcome): void {
    if (ticket === uncounted) return
    if (typeof ticket !== 'number' && ticket.watch !== undefined) {
      this.#lookAt(this.#now())
      if (!ticket.watch.end(ticket.startedAt)) return
    }
    if (this.#plan.mode === 'disabled') return
    this.#totals.add(outcome)
    const generation = generationOf(ticket)
    if (this.#status.kind === 'closed') {
      if (generation === this.#status.generation) this.#record(outcome)
    } else if (typeof ticket !== 'number') {
      const nowMs = this.#now()
      this.#lookAt(nowMs)
      this.#apply({ type: 'result', nowMs, generation, startedAt: ticket.startedAt, outcome })
    }
  }

  operate(to: 'forced-open' | 'forced-closed' | 'closed', note?: string): void {
    const nowMs = this.#now()
    this.#lookAt(nowMs)
    this.#fold()
    this.#note = note
    this.#apply({ type: 'operate', nowMs, to })
  }

  recover(): void {
    const nowMs = this.#now()
    this.#lookAt(nowMs)
    this.#apply({ type: 'recover', nowMs })
  }

  peersChanged(): void {
    const { shared, mode } = this.#plan
    if (this.#peers === undefined || shared === undefined || mode === 'disabled') return
    const nowMs = this.#now()
    this.#lookAt(nowMs)
    const areFailing = this.#peers.areFailing(shared, this.#status, nowMs)
    this.#apply({ type: 'peers', nowMs, areFailing })
  }

  /** Goes on under another plan: state and calls under way stay, and of the window what fits into the new one. */
  adopt(plan: BreakerPlan): void {
    const old = this.#plan
    const nowMs = this.#now()
    this.#lookAt(nowMs)
    const before = this.#stateOf(this.#status)
    this.#fold()
    this.#plan = plan
    const held = this.#window.save()
    this.#window = windowFor(plan.trip)
    this.#window.load(held, nowMs)
    if (plan.hungAfterMs !== old.hungAfterMs) this.#watch = undefined
    if (this.#publish(before, 'operator')) this.#totals.transitions++
    this.#apply({ type: 'rules', nowMs })
    this.#prepare()
    if (plan.shared?.reports === old.shared?.reports) {
      this.#report(nowMs)
      this.peersChanged()
    } else {
      this.leave()
      this.#join()
    }
  }

  /** Ends the exchange of reports with other instances. */
  leave(): void {
    this.#peers?.leave()
    this.#peers = undefined
  }

  snapshot(): CircuitBreakerSnapshot {
    const nowMs = this.#now()
    this.#lookAt(nowMs)
    const offsetMs = this.#plan.runtime.clock.wallTime() - nowMs
    const status = this.#status
    const state = this.#stateOf(status)
    const refuses = state !== 'observing' && state !== 'disabled'
    return Object.freeze({
      name: this.name,
      state,
      observed: state === 'observing' ? status.kind : undefined,
      reason: status.reason,
      note: this.#note,
      since: Math.round(offsetMs + status.sinceMs),
      openedAt: this.#openedAtMs === undefined ? undefined : Math.round(offsetMs + this.#openedAtMs),
      counts: this.#totals.outcomes(),
      window: Object.freeze(this.#window.counts({ now: () => nowMs })),
      hung: this.#watch?.hung ?? 0,
      refused: this.#totals.refused + (this.standing?.refused ?? 0),
      transitions: this.#totals.transitions,
      retryAfterMs: refuses ? (refusedForMs(status, nowMs, this.#plan.rules) ?? 0) : 0,
    })
  }

  toJSON(): BreakerRecord {
    const nowMs = this.#now()
    this.#lookAt(nowMs)
    const memory = {
      status: this.#status,
      note: this.#note,
      openedAtMs: this.#openedAtMs,
      counts: this.#totals.outcomes(),
      refused: this.#totals.refused + (this.standing?.refused ?? 0),
      transitions: this.#totals.transitions,
      window: this.#window.save(),
    }
    return breakerRecord(this.name, memory, { nowMs, wallMs: this.#plan.runtime.clock.wallTime() })
  }

  #now(): number {
    return this.#plan.runtime.clock.now()
  }

  #admitWithCare(): Ticket | undefined {
    const { mode, rules, coarse } = this.#plan
    const status = this.#status
    if (status.kind === 'forced-closed') return status.generation
    if (status.kind === 'forced-open') return this.#refuse(rules.openTime.baseMs)
    if (mode === 'disabled') return uncounted
    if (status.kind === 'open') {
      const leftMs = Math.ceil(status.untilMs - coarse.now())
      if (leftMs > 0) return this.#refuse(leftMs)
    }
    const nowMs = this.#now()
    this.#lookAt(nowMs)
    const refusedMs = this.#refusedForMs(nowMs)
    return refusedMs === undefined ? this.#letIn(nowMs) : this.#refuse(refusedMs)
  }

  #letIn(nowMs: number): Ticket {
    const { kind, generation } = this.#status
    if (kind !== 'closed') {
      this.#apply({ type: 'admit', nowMs })
      return new TimedTicket(generation, nowMs)
    }
    if (!this.#plan.isTimed) return generation
    this.#watch?.begin(nowMs)
    return new TimedTicket(generation, nowMs, this.#watch)
  }

  /** For how long a call is refused now; undefined when it is let in. */
  #refusedForMs(nowMs: number): number | undefined {
    const { rules, ramp, runtime } = this.#plan
    const status = this.#status
    if (status.kind !== 'closed') return refusedForMs(status, nowMs, rules)
    const sinceMs = nowMs - status.sinceMs
    if (status.reason === 'probe' && sinceMs < ramp.lengthMs) {
      return rampRefusalMs(ramp, sinceMs, runtime.random.next())
    }
    this.#prepare(true)
    return undefined
  }

  /** Ends what was told while a state lasted, and counts how often. */
  #fold(): void {
    this.#totals.refused += this.standing?.take() ?? 0
    this.standing = undefined
  }

  #refuse(retryAfterMs: number): Ticket | undefined {
    this.#totals.refused++
    this.#retryAfterMs = retryAfterMs
    return this.#stateOf(this.#status) === 'observing' ? past : undefined
  }

  #succeededWithCare(ticket: Ticket, value: unknown): void {
    if (ticket === uncounted) return
    const { classifyResult, slowCallAfterMs } = this.#plan
    let outcome = classifyResult === undefined ? 'ok' : classifyResult(value)
    if (outcome === 'ok' && slowCallAfterMs !== Infinity && typeof ticket !== 'number') {
      if (this.#now() - ticket.startedAt >= slowCallAfterMs) outcome = 'slow'
    }
    this.settle(ticket, outcome)
  }

  /** Enters the outcome of a call of the present closed state. Anything that is not one of the outcomes is a failure. */
  #record(outcome: Outcome): void {
    if (outcome === 'ignored') return
    const { coarse } = this.#plan
    const isTooMuch =
      outcome === 'ok'
        ? this.#window.recordOk(coarse)
        : this.#window.recordBad(outcome === 'slow' ? 'slow' : 'failed', coarse)
    if (isTooMuch) this.#trip('failures')
  }

  #trip(reason: 'failures' | 'hung'): void {
    this.#apply({ type: 'trip', nowMs: this.#now(), reason })
  }

  /** Makes the changes that time alone has brought since the last look. */
  #lookAt(nowMs: number): void {
    if (this.#status.kind !== 'closed') while (this.#apply({ type: 'tick', nowMs }));
    const { hungAfterMs, hungMax, mode } = this.#plan
    if (hungAfterMs === undefined || this.#status.kind !== 'closed' || mode === 'disabled') return
    const watch = (this.#watch ??= new InFlightWatch(hungAfterMs, nowMs))
    const found = watch.roll(nowMs)
    this.#totals.failed += found
    for (let i = 0; i < found && this.#watch === watch; i++) this.#record('failed')
    if (this.#watch === watch && watch.hung >= hungMax) this.#trip('hung')
  }

  /** True when the event changed the state. */
  #apply(event: BreakerEvent): boolean {
    const from = this.#status
    const to = transition(from, event, this.#plan.rules)
    if (to === from) return false
    this.#status = to
    this.#fold()
    if (to.generation !== from.generation) {
      this.#window.clear()
      this.#watch = undefined
      this.#prepare()
    }
    if (to.kind === from.kind) return true
    if (to.kind === 'open' || to.kind === 'forced-open') this.#openedAtMs = to.sinceMs
    this.#report(event.nowMs)
    const before = this.#stateOf(from)
    if (this.#stateOf(to) !== before) {
      this.#totals.transitions++
      this.#publish(before, to.reason)
    } else if (breakerShadowChannel.hasSubscribers && before === 'observing') {
      breakerShadowChannel.publish({ name: this.name, from: from.kind, to: to.kind, reason: to.reason })
    }
    return true
  }

  /** Tells what the state is, if it was another one before. */
  #publish(from: BreakerState, reason: BreakerReason | 'restored'): boolean {
    const to = this.#stateOf(this.#status)
    if (from !== to && breakerChannel.hasSubscribers) {
      breakerChannel.publish({ name: this.name, from, to, reason })
    }
    return from !== to
  }

  /** The state of the machine as its mode lets it appear. What an operator forces holds in any mode. */
  #stateOf({ kind }: BreakerStatus): BreakerState {
    const { mode } = this.#plan
    return mode === 'enforcing' || kind === 'forced-open' || kind === 'forced-closed' ? kind : mode
  }

  /** Finds out whether calls need no more than being counted. */
  #prepare(isRampOver = this.#plan.ramp.lengthMs === 0): void {
    const { kind, reason, generation } = this.#status
    const isOpenToAll = kind === 'closed' && (isRampOver || reason !== 'probe')
    this.plainTicket = isOpenToAll && this.#plan.isPlain ? generation : -1
  }

  /** Tells other instances what calls of our own have found. */
  #report(nowMs: number): void {
    this.#peers?.report(this.#status, nowMs, this.#plan.mode === 'disabled')
  }

  #join(): void {
    const { shared } = this.#plan
    if (shared === undefined) return
    this.#peers = new PeerLink(shared.reports, this.name, this)
    this.#report(this.#now())
    this.peersChanged()
  }

  #restore(data: unknown): void {
    const nowMs = this.#now()
    const { rules, runtime } = this.#plan
    const restored = { name: this.name, openMaxMs: openTimeMaxMs(rules.openTime) }
    const memory = memoryOf(data, restored, { nowMs, wallMs: runtime.clock.wallTime() })
    this.#status = memory.status
    this.#note = memory.note
    this.#openedAtMs = memory.openedAtMs
    Object.assign(this.#totals, memory.counts, { refused: memory.refused, transitions: memory.transitions })
    this.#window.load(memory.window, nowMs)
  }
}
