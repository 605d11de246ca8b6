import type { Runtime } from 'seaworthy/core'
import { bulkhead, pipeline, timeout, type Pipeline, type Policy } from 'seaworthy/resilience'
import { resolveProbeOptions, type ProbeOptions } from './dependency-options.ts'

/** What one probe told. */
export interface ProbeResult {
  readonly ok: boolean
  readonly at: Date
  readonly durationMs: number
  /** Why not, when it is not ok. */
  readonly error?: unknown
}

/** Probes that may run although they were given up; beyond that each fails at once until one of them ends. */
const abandonedMax = 3

/** Asks one dependency whether it is there, within a time and through its fault switch. */
export class DependencyProbe {
  readonly everyMs: number
  readonly timeoutMs: number
  readonly #call: ProbeOptions['call']
  readonly #policies: Pipeline
  readonly #runtime: Runtime

  /**
   * @param name the dependency's
   * @param faults its fault switch: what breaks calls breaks probes
   */
  constructor(
    name: string,
    options: ProbeOptions,
    { faults, runtime }: { readonly faults: Policy; readonly runtime: Runtime },
  ) {
    const probe = resolveProbeOptions(options, name)
    this.everyMs = probe.every
    this.timeoutMs = probe.timeout
    this.#call = probe.call
    this.#runtime = runtime
    this.#policies = pipeline([
      bulkhead({ name: `${name} probe`, concurrency: abandonedMax }, runtime),
      timeout({ name: `${name} probe`, limit: probe.timeout }, runtime),
      faults,
    ])
  }

  /** Never throws. An abort ends it at once, as a failure. */
  async ask(signal: AbortSignal | undefined): Promise<ProbeResult> {
    const { clock } = this.#runtime
    const startedAt = clock.now()
    const failure = await this.#failure(signal)
    const result = { at: new Date(clock.wallTime()), durationMs: clock.now() - startedAt }
    return failure === undefined ? { ok: true, ...result } : { ok: false, ...result, ...failure }
  }

  async #failure(signal: AbortSignal | undefined): Promise<{ readonly error: unknown } | undefined> {
    try {
      await this.#policies.execute((context) => this.#call(context), { signal })
      return undefined
    } catch (error) {
      return { error }
    }
  }
}
