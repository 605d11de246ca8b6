import { isolate, probeChannel, type Duration, type Outcome, type Runtime } from 'seaworthy/core'
import {
  classifyError,
  hedge,
  type Fault,
  type Hedge,
  type HedgeOptions,
  type Registry,
  type RetryBudget,
} from 'seaworthy/resilience'
import type { DependencyHandle, DependencyStatus, Importance } from './dependency-handle.ts'
import type { ResolvedDependencyOptions } from './dependency-options.ts'
import { DependencyProbe, type ProbeResult } from './dependency-probe.ts'
import { dependencySnapshot, type DependencySnapshot } from './dependency-snapshot.ts'
import { dependencyState } from './dependency-state.ts'
import type { OperationDescription } from './operation-description.ts'
import { serviceError } from './service-errors.ts'
import { createSharedPolicies, type SharedPolicies } from './shared-policies.ts'

/** What a declared operation adds to the picture of its dependency. */
export interface DeclaredOperation {
  readonly hasFallback: boolean
  describe(): OperationDescription
}

/** More probe permits than any breaker asks for; the loop ends when the breaker has closed. */
const recoveryPermitsMax = 1_000

/** What all operations of one dependency share: its policies, its probe and the evidence of its state. */
export class DependencyCore implements DependencyHandle {
  readonly name: string
  readonly importance: Importance
  readonly options: ResolvedDependencyOptions
  readonly runtime: Runtime
  readonly policies: SharedPolicies
  readonly #registry: Registry | undefined
  readonly #hedges: Hedge[] = []
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

  constructor(options: ResolvedDependencyOptions, runtime: Runtime, registry: Registry | undefined) {
    const { name, probe } = options
    this.name = name
    this.importance = options.importance
    this.options = options
    this.runtime = runtime
    this.#registry = registry
    this.policies = createSharedPolicies(options, runtime, registry)
    const { faults } = this.policies
    this.#probe = probe && new DependencyProbe(name, probe, { faults, runtime })
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

  /** The option of retries and hedges that says what pays for further attempts. */
  get payment(): { readonly budget?: RetryBudget } {
    const { budget } = this.policies
    return budget === undefined ? {} : { budget }
  }

  /** Makes the hedge of one operation. */
  hedge(settings: HedgeOptions): Hedge {
    const made = hedge({ ...this.payment, ...settings }, this.runtime)
    this.#registry?.hedges.add(made)
    this.#hedges.push(made)
    return made
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
      breaker: this.policies.breaker?.state,
      lastProbe: probe && { ok: probe.ok, at: probe.at, durationMs: probe.durationMs },
      fault: this.policies.faults.current,
    }
  }

  snapshot(): DependencySnapshot {
    return dependencySnapshot(this.name, this.policies, this.#hedges)
  }

  onChange(listener: () => void): () => void {
    // A listener of its own for each call, so that the same function may listen twice.
    const own = (): void => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  forceOpen(reason: string): void {
    this.policies.breaker?.forceOpen(reason)
    this.#refresh()
  }

  forceClosed(): void {
    this.policies.breaker?.forceClosed()
    this.#refresh()
  }

  reset(): void {
    this.policies.breaker?.reset()
    this.#probeFailures = 0
    this.#callFailedAt = undefined
    this.#refresh()
  }

  setFault(fault: Fault, duration?: Duration): void {
    this.policies.faults.set(fault, duration)
  }

  clearFault(): void {
    this.policies.faults.clear()
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
    const { breaker } = this.policies
    if (breaker === undefined) return
    breaker.recover()
    for (let i = 0; i < recoveryPermitsMax && breaker.state === 'half-open'; i++) {
      try {
        breaker.acquire().record('ok')
      } catch {
        return
      }
    }
  }

  #refresh(): void {
    const { state, reason } = dependencyState({
      breaker: this.policies.breaker?.state,
      heldBackShare: this.policies.shedding?.snapshot().share ?? 0,
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
