import type { BreakerState, Outcome } from 'seaworthy/core'
import type { BreakerVerdict } from './breaker-reports.ts'

/** A call that the model let in. */
export interface ModelPermit {
  readonly epoch: object | undefined
  readonly at: number
  readonly isWatched: boolean
  isHung: boolean
}

export interface ModelRules {
  readonly failures: number
  readonly openFor: number
  readonly openForFactor: number
  readonly openForMax: number
  readonly forgetAfter: number
  readonly probes: number
  readonly probeDeadline: number
  readonly successes: number
  readonly closeAt: number
  readonly rampFor: number
  readonly rampFrom: number
  readonly hungAfter: number
  readonly hungMax: number
  readonly mode: 'enforcing' | 'observing' | 'disabled'
}

type MachineState = Exclude<BreakerState, 'observing' | 'disabled'>

interface ModelPeer {
  verdict: BreakerVerdict
  since: number
}

/**
 * A breaker with a consecutive window, as one would explain it: it looks at the clock each millisecond and keeps a list of
 * everything.
 */
export class BreakerModel {
  rules: ModelRules
  now = 0
  isReachable = true
  readonly peers: ModelPeer[]
  #state: MachineState = 'closed'
  #epoch = {}
  #since = 0
  #until = 0
  /** Who closed it last: calls of our own and operators outweigh what others said before. */
  #closedBy: 'start' | 'probe' | 'operator' = 'start'
  #openedBy: 'self' | 'peers' = 'self'
  #hasFailed = false
  #streak = 0
  #failed = 0
  #good = 0
  #bad = 0
  #probes: ModelPermit[] = []
  #underWay: ModelPermit[] = []

  constructor(rules: ModelRules, peers: number) {
    this.rules = rules
    this.peers = Array.from({ length: peers }, () => ({ verdict: 'healthy', since: 0 }))
  }

  /** What the breaker says that it is, after it has looked at itself. */
  see(): BreakerState {
    this.look()
    return this.#isForced ? this.#state : this.rules.mode === 'enforcing' ? this.#state : this.rules.mode
  }

  get verdict(): BreakerVerdict {
    if (this.#isForced || this.rules.mode === 'disabled') return 'silent'
    return this.#state !== 'closed' && this.#hasFailed ? 'failing' : 'healthy'
  }

  advance(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.now++
      this.#catchUp()
    }
  }

  /** The call that is let in; undefined when it is refused. */
  acquire(chance: number): ModelPermit | undefined {
    const { mode, probes } = this.rules
    if (this.#state !== 'forced-open' && this.#state !== 'forced-closed' && mode === 'disabled')
      return this.#pass()
    this.look()
    const isRefused =
      this.#state === 'open' ||
      this.#state === 'forced-open' ||
      (this.#state === 'half-open' && this.#probes.length >= probes) ||
      (this.#state === 'closed' && chance > this.#rampShare())
    if (isRefused) return mode === 'observing' && !this.#isForced ? this.#pass() : undefined
    const permit = { epoch: this.#epoch, at: this.now, isWatched: this.#state === 'closed', isHung: false }
    if (this.#state === 'half-open') this.#probes.push(permit)
    if (this.#state === 'closed') this.#underWay.push(permit)
    return permit
  }

  record(permit: ModelPermit, outcome: Outcome): void {
    if (permit.isWatched) this.look()
    this.#underWay = this.#underWay.filter((call) => call !== permit)
    if (permit.epoch !== this.#epoch || permit.isHung || this.rules.mode === 'disabled') return
    if (this.#state === 'half-open') {
      if (!this.#probes.includes(permit)) return
      this.#probes = this.#probes.filter((probe) => probe !== permit)
      if (outcome === 'failed' || outcome === 'slow') this.#failProbe(this.now)
      else if (outcome === 'ok' && ++this.#good >= this.rules.successes) this.#close('probe')
    } else if (this.#state === 'closed' && outcome !== 'ignored') {
      if (outcome === 'ok') this.#failed = 0
      else this.#fail()
    }
  }

  operate(command: 'forceOpen' | 'forceClosed' | 'reset' | 'recover'): void {
    this.look()
    if (command === 'recover') {
      if (this.#state === 'open') this.#move('half-open')
      return
    }
    this.#failed = 0
    this.#underWay = []
    if (command === 'reset') this.#close('operator')
    if (command === 'forceOpen' && this.#state !== 'forced-open') this.#move('forced-open')
    if (command === 'forceClosed' && this.#state !== 'forced-closed') this.#move('forced-closed')
    this.#streak = 0
  }

  /** Evaluates what the others say. */
  hear(): void {
    if (this.rules.mode === 'disabled') return
    this.look()
    const living = this.isReachable ? this.peers.filter((peer) => peer.verdict !== 'silent') : []
    const failing = living.filter(
      (peer) => peer.verdict === 'failing' && (this.#closedBy === 'start' || peer.since > this.#since),
    )
    const isQuorum = failing.length >= 2 && failing.length * 2 >= living.length + 1
    if (this.#state === 'closed' && isQuorum) this.#open(this.now, 'peers')
    else if (this.#state === 'open' && this.#openedBy === 'peers' && !this.#isQuorumAtAll(living))
      this.#move('half-open')
  }

  reconfigure(changes: Partial<ModelRules>): void {
    this.look()
    this.rules = { ...this.rules, ...changes }
    if (this.#state === 'open') this.#until = Math.min(this.#until, this.#since + this.#openTime())
    this.#catchUp()
    this.hear()
  }

  /** Goes on in another process: calls under way are nobody's any more. */
  restart(): void {
    this.look()
    this.#epoch = {}
    this.#probes = []
    this.#underWay = []
    this.hear()
  }

  /** Notices the calls that hang. */
  look(): void {
    if (this.#state !== 'closed' || this.rules.mode === 'disabled') return
    const stepMs = this.rules.hungAfter / 15
    const oldest = Math.floor(this.now / stepMs) - 15
    const found = this.#underWay.filter((call) => !call.isHung && Math.floor(call.at / stepMs) < oldest)
    for (const call of found) call.isHung = true
    const epoch = this.#epoch
    for (let i = 0; i < found.length && epoch === this.#epoch; i++) this.#fail()
    const hung = this.#underWay.filter((call) => call.isHung).length
    if (epoch === this.#epoch && hung >= this.rules.hungMax) this.#open(this.now, 'self')
  }

  get #isForced(): boolean {
    return this.#state === 'forced-open' || this.#state === 'forced-closed'
  }

  /** Once open, it is for the others to say that there is no quorum any more, however old their failures are. */
  #isQuorumAtAll(living: readonly ModelPeer[]): boolean {
    const failing = living.filter((peer) => peer.verdict === 'failing').length
    return failing >= 2 && failing * 2 >= living.length + 1
  }

  #pass(): ModelPermit {
    return { epoch: undefined, at: this.now, isWatched: false, isHung: false }
  }

  #rampShare(): number {
    const { rampFor, rampFrom } = this.rules
    const sinceMs = this.now - this.#since
    if (this.#closedBy !== 'probe' || sinceMs >= rampFor) return 1
    return rampFrom + (1 - rampFrom) * (sinceMs / rampFor)
  }

  #fail(): void {
    this.#failed++
    if (this.#failed >= this.rules.failures) this.#open(this.now, 'self')
  }

  #failProbe(at: number): void {
    this.#bad++
    const { successes, closeAt } = this.rules
    // What is left can no longer make `successes` at the asked share of all probes.
    if (successes / (successes + this.#bad) < closeAt - 1e-9) this.#open(at, 'self')
  }

  #catchUp(): void {
    if (this.#state === 'open' && this.now >= this.#until) this.#move('half-open')
    const lost = this.#probes.filter((probe) => this.now - probe.at >= this.rules.probeDeadline)
    for (const probe of lost) {
      if (!this.#probes.includes(probe)) return
      this.#probes = this.#probes.filter((each) => each !== probe)
      this.#failProbe(this.now)
    }
  }

  #openTime(): number {
    const { openFor, openForFactor, openForMax } = this.rules
    return openForFactor === 1 ? openFor : Math.min(openForMax, openFor * openForFactor ** (this.#streak - 1))
  }

  #open(at: number, by: 'self' | 'peers'): void {
    const isForgotten = this.#state === 'closed' && at - this.#since >= this.rules.forgetAfter
    this.#streak = isForgotten ? 1 : this.#streak + 1
    this.#hasFailed = by === 'self' || (this.#hasFailed && this.#state !== 'closed')
    this.#openedBy = by
    this.#move('open')
    this.#since = at
    this.#until = at + this.#openTime()
  }

  #close(by: 'probe' | 'operator'): void {
    this.#move('closed')
    this.#closedBy = by
    this.#hasFailed = false
  }

  #move(state: MachineState): void {
    this.#state = state
    this.#epoch = {}
    this.#since = this.now
    this.#failed = 0
    this.#good = 0
    this.#bad = 0
    this.#probes = []
    this.#underWay = []
  }
}
