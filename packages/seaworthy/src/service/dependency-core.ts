import { probeChannel, type Duration, type Outcome, type Runtime } from 'seaworthy/core'
import {
  bulkhead,
  circuitBreaker,
  faultSwitch,
  pipeline,
  timeout,
  type Bulkhead,
  type CircuitBreaker,
  type Fault,
  type FaultSwitch,
  type Pipeline,
} from 'seaworthy/resilience'
import type { DependencyHandle, DependencyStatus, Importance } from './dependency-handle.ts'
import {
  resolveProbeOptions,
  type ProbeOptions,
  type ResolvedDependencyOptions,
} from './dependency-options.ts'
import { dependencyState } from './dependency-state.ts'
import type { OperationDescription } from './operation-description.ts'
import { serviceError } from './service-errors.ts'

/** What a declared operation adds to the picture of its dependency. */
export interface DeclaredOperation {
  readonly hasFallback: boolean
  describe(): OperationDescription
}

type Status = Pick<DependencyStatus, 'state' | 'since' | 'reason'>

/** What all operations of one dependency share: breaker, bulkhead, fault switch, probe and the evidence of its state. */
export class DependencyCore implements DependencyHandle {
  readonly name: string
  readonly importance: Importance
  readonly options: ResolvedDependencyOptions
  readonly runtime: Runtime
  readonly breaker: CircuitBreaker | undefined
  readonly bulkhead: Bulkhead | undefined
  readonly faults: FaultSwitch
  readonly #probe: ReturnType<typeof resolveProbeOptions> | undefined
  readonly #probePipeline: Pipeline | undefined
  readonly #operations = new Map<string, DeclaredOperation>()
  #probeFailures = 0
  #heard = false
  #lastCallFailed = false
  #lastProbe: DependencyStatus['lastProbe']
  #status: Status
  #troubleSince: Date | undefined

  constructor(options: ResolvedDependencyOptions, runtime: Runtime) {
    const { name, breaker, bulkhead: slots, probe } = options
    this.name = name
    this.importance = options.importance
    this.options = options
    this.runtime = runtime
    this.faults = faultSwitch(name, runtime)
    const classify = options.classify === undefined ? {} : { classify: options.classify }
    this.breaker = breaker === false ? undefined : circuitBreaker({ ...classify, ...breaker, name }, runtime)
    this.bulkhead = slots === false ? undefined : bulkhead({ ...slots, name }, runtime)
    this.#probe = probe ? resolveProbeOptions(probe, name) : undefined
    this.#probePipeline = this.#probe && this.#probePolicies(this.#probe)
    this.#status = { state: 'unknown', reason: 'nothing heard yet', since: this.#wallDate() }
  }

  get hasProbe(): boolean {
    return this.#probe !== undefined
  }

  get probeEveryMs(): number {
    return this.#probe?.every ?? 0
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
  }

  /** Takes the end of a live call as evidence. */
  recordCall(outcome: Outcome): void {
    if (outcome === 'ignored') return
    this.#heard = true
    this.#lastCallFailed = outcome === 'failed'
    if (outcome === 'ok') this.#probeFailures = 0
    this.#refresh()
  }

  async probe(signal?: AbortSignal): Promise<boolean> {
    const { clock } = this.runtime
    if (this.#probe === undefined || this.#probePipeline === undefined) return true
    const startedAt = clock.now()
    const failure = await this.#askOnce(this.#probe, this.#probePipeline, signal)
    if (signal?.aborted === true) return failure === undefined
    const ok = failure === undefined
    const durationMs = clock.now() - startedAt
    this.#lastProbe = { ok, at: this.#wallDate(), durationMs }
    this.#heard = true
    this.#probeFailures = ok ? 0 : this.#probeFailures + 1
    if (ok) this.#recover()
    this.#refresh()
    if (probeChannel.hasSubscribers) {
      probeChannel.publish({ dependency: this.name, ok, durationMs, ...(ok ? {} : { error: failure.error }) })
    }
    return ok
  }

  status(): DependencyStatus {
    this.#refresh()
    return {
      name: this.name,
      importance: this.importance,
      ...this.#status,
      breaker: this.breaker?.state,
      lastProbe: this.#lastProbe,
      fault: this.faults.current,
    }
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
    this.#lastCallFailed = false
    this.#refresh()
  }

  setFault(fault: Fault, duration?: Duration): void {
    this.faults.set(fault, duration)
  }

  clearFault(): void {
    this.faults.clear()
  }

  describe(): ReturnType<DependencyHandle['describe']> {
    const probe = this.#probe && { everyMs: this.#probe.every, timeoutMs: this.#probe.timeout }
    const operations = [...this.#operations.values()].map((operation) => operation.describe())
    return { name: this.name, importance: this.importance, probe, operations }
  }

  #probePolicies(probe: { readonly timeout: number }): Pipeline {
    const limit = timeout({ name: `${this.name} probe`, limit: probe.timeout }, this.runtime)
    return pipeline([limit, this.faults])
  }

  async #askOnce(
    probe: Pick<ProbeOptions, 'call'>,
    policies: Pipeline,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly error: unknown } | undefined> {
    try {
      await policies.execute((context) => probe.call(context), signal === undefined ? {} : { signal })
      return undefined
    } catch (error) {
      return { error }
    }
  }

  /** A probe that passed is as good as a probing call: it closes a breaker that time alone would keep open. */
  #recover(): void {
    this.#lastCallFailed = false
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
      lastCallFailed: this.#lastCallFailed,
    })
    const fine = state === 'up' || state === 'unknown'
    if (fine) this.#troubleSince = undefined
    else this.#troubleSince ??= this.#wallDate()
    const since = state === this.#status.state ? this.#status.since : this.#wallDate()
    this.#status = { state, reason, since }
  }

  #wallDate(): Date {
    return new Date(this.runtime.clock.wallTime())
  }
}

/** More probe permits than any breaker asks for; the loop ends when the breaker has closed. */
const recoveryPermitsMax = 100
