import { isolate, probeChannel, type Duration, type Outcome, type Runtime } from 'seaworthy/core'
import {
  bulkhead,
  circuitBreaker,
  classifyError,
  faultSwitch,
  type Bulkhead,
  type CircuitBreaker,
  type Fault,
  type FaultSwitch,
} from 'seaworthy/resilience'
import type { DependencyHandle, DependencyStatus, Importance } from './dependency-handle.ts'
import type { ResolvedDependencyOptions } from './dependency-options.ts'
import { DependencyProbe, type ProbeResult } from './dependency-probe.ts'
import { dependencyState } from './dependency-state.ts'
import type { OperationDescription } from './operation-description.ts'
import { serviceError } from './service-errors.ts'

/** What a declared operation adds to the picture of its dependency. */
export interface DeclaredOperation {
  readonly hasFallback: boolean
  describe(): OperationDescription
}

/** More probe permits than any breaker asks for; the loop ends when the breaker has closed. */
const recoveryPermitsMax = 1_000

/** What all operations of one dependency share: breaker, bulkhead, fault switch, probe and the evidence of its state. */
export class DependencyCore implements DependencyHandle {
  readonly name: string
  readonly importance: Importance
  readonly options: ResolvedDependencyOptions
  readonly runtime: Runtime
  readonly breaker: CircuitBreaker | undefined
  readonly bulkhead: Bulkhead | undefined
  readonly faults: FaultSwitch
  readonly #probe: DependencyProbe | undefined
  readonly #operations = new Map<string, DeclaredOperation>()
  readonly #listeners = new Set<() => void>()
  #probing: Promise<boolean> | undefined
  #probeFailures = 0
  #heard = false
  #callFailedAt: number | undefined
  #lastProbe: ProbeResult | undefined
  #status: Pick<DependencyStatus, 'state' | 'since' | 'reason'>
  #troubleSince: Date | undefined

  constructor(options: ResolvedDependencyOptions, runtime: Runtime) {
    const { name, breaker, bulkhead: slots, probe } = options
    this.name = name
    this.importance = options.importance
    this.options = options
    this.runtime = runtime
    this.faults = faultSwitch(name, runtime)
    const classify = options.classify ?? classifyError
    this.breaker = breaker === false ? undefined : circuitBreaker({ classify, ...breaker, name }, runtime)
    this.bulkhead = slots === false ? undefined : bulkhead({ ...slots, name }, runtime)
    this.#probe = probe && new DependencyProbe(name, probe, this)
    this.#status = { state: 'unknown', reason: 'nothing heard yet', since: this.#wallDate() }
  }

  get hasProbe(): boolean {
    return this.#probe !== undefined
  }

  get probeEveryMs(): number {
    return this.#probe?.everyMs ?? 0
  }

  get hasFallback(): boolean {
    const operations = [...this.#operations.values()]
    return operations.length > 0 && operations.every((operation) => operation.hasFallback)
  }

  /** Since when it does not answer as it should; undefined while it does. */
  get troubleSince(): Date | undefined {
    this.#refresh()
    return this.#troubleSince
  }

  declare(operation: string, declared: DeclaredOperation): void {
    if (this.#operations.has(operation)) {
      throw serviceError(
        'ERR_DUPLICATE_OPERATION',
        `Cannot declare operation "${operation}" of ${this.name}: each needs a name of its own, this one is taken`,
        { details: { dependency: this.name, operation } },
      )
    }
    this.#operations.set(operation, declared)
    this.#notify()
  }

  /** What an error says about the dependency. A `classify` that throws says that it failed. */
  outcomeOf(error: unknown): Outcome {
    let outcome: Outcome = 'failed'
    isolate(() => {
      outcome = (this.options.classify ?? classifyError)(error)
    })
    return outcome
  }

  /** Takes the end of a live call as evidence. */
  recordCall(outcome: Outcome): void {
    if (outcome === 'ignored') return
    this.#heard = true
    this.#callFailedAt = outcome === 'failed' ? this.runtime.clock.now() : undefined
    if (outcome === 'ok') this.#probeFailures = 0
    this.#refresh()
  }

  async probe(signal?: AbortSignal): Promise<boolean> {
    if (this.#probe === undefined) return true
    this.#probing ??= this.#probeOnce(this.#probe, signal).finally(() => {
      this.#probing = undefined
    })
    return await this.#probing
  }

  status(): DependencyStatus {
    this.#refresh()
    const probe = this.#lastProbe
    return {
      name: this.name,
      importance: this.importance,
      ...this.#status,
      breaker: this.breaker?.state,
      lastProbe: probe && { ok: probe.ok, at: probe.at, durationMs: probe.durationMs },
      fault: this.faults.current,
    }
  }

  onChange(listener: () => void): () => void {
    // A listener of its own for each call, so that the same function may listen twice.
    const own = (): void => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  forceOpen(reason: string): void {
    this.breaker?.forceOpen(reason)
    this.#refresh()
  }

  forceClosed(): void {
    this.breaker?.forceClosed()
    this.#refresh()
  }

  reset(): void {
    this.breaker?.reset()
    this.#probeFailures = 0
    this.#callFailedAt = undefined
    this.#refresh()
  }

  setFault(fault: Fault, duration?: Duration): void {
    this.faults.set(fault, duration)
  }

  clearFault(): void {
    this.faults.clear()
  }

  describe(): ReturnType<DependencyHandle['describe']> {
    const probe = this.#probe && { everyMs: this.#probe.everyMs, timeoutMs: this.#probe.timeoutMs }
    const operations = [...this.#operations.values()].map((operation) => operation.describe())
    return { name: this.name, importance: this.importance, probe, operations }
  }

  async #probeOnce(probe: DependencyProbe, signal: AbortSignal | undefined): Promise<boolean> {
    const result = await probe.ask(signal)
    const { ok, durationMs, error } = result
    if (signal?.aborted === true) return ok
    this.#lastProbe = result
    this.#heard = true
    this.#probeFailures = ok ? 0 : this.#probeFailures + 1
    if (ok) this.#recover()
    this.#refresh()
    if (probeChannel.hasSubscribers) {
      probeChannel.publish({ dependency: this.name, ok, durationMs, ...(ok ? {} : { error }) })
    }
    return ok
  }

  /** A probe that passed is as good as a probing call: it closes a breaker that time alone would keep open. */
  #recover(): void {
    this.#callFailedAt = undefined
    if (this.breaker === undefined) return
    this.breaker.recover()
    for (let i = 0; i < recoveryPermitsMax && this.breaker.state === 'half-open'; i++) {
      try {
        this.breaker.acquire().record('ok')
      } catch {
        return
      }
    }
  }

  #refresh(): void {
    const { state, reason } = dependencyState({
      breaker: this.breaker?.state,
      probeFailures: this.#probeFailures,
      heard: this.#heard,
      callFailedAgoMs:
        this.#callFailedAt === undefined ? undefined : this.runtime.clock.now() - this.#callFailedAt,
    })
    const before = this.#status
    if (state === before.state && reason === before.reason) return
    const now = this.#wallDate()
    this.#status = { state, reason, since: state === before.state ? before.since : now }
    if (state === 'up' || state === 'unknown') this.#troubleSince = undefined
    else this.#troubleSince ??= now
    this.#notify()
  }

  #notify(): void {
    for (const listener of this.#listeners) isolate(listener)
  }

  #wallDate(): Date {
    return new Date(this.runtime.clock.wallTime())
  }
}
