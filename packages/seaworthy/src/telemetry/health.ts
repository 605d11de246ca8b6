import { type Clock, type Duration, onAbort, systemClock, toMs } from 'seaworthy/core'

/** `warn` still counts as working. */
export const healthStates = ['pass', 'warn', 'fail'] as const
export type HealthState = (typeof healthStates)[number]

/** What a check may answer; nothing means `pass`. */
export interface HealthAnswer {
  readonly status: HealthState
  /** For people; must not hold secrets. */
  readonly detail?: string
}

export interface HealthCheck {
  readonly name: string
  /** Looks. A throw is `fail`. The signal aborts when the time limit is over. */
  readonly check: (signal: AbortSignal) => HealthAnswer | void | Promise<HealthAnswer | void>
  /** Its own time limit. Default: the limit of the run. */
  readonly timeout?: Duration
}

export interface HealthCheckResult extends HealthAnswer {
  readonly name: string
  readonly durationMs: number
  /** What the check threw. For logs: it may hold secrets. */
  readonly error?: unknown
}

export interface HealthReport {
  /** The worst of all; `pass` when there are none. */
  readonly status: HealthState
  /** In the order of the checks. */
  readonly checks: readonly HealthCheckResult[]
  readonly durationMs: number
}

export interface HealthRunOptions {
  readonly clock?: Clock
  /** The time limit of a check without its own. Default 2 s. */
  readonly timeout?: Duration
}

/** Runs all checks at the same time. A check that hangs costs its own time limit and is a `fail`; none can stop another. */
export async function runHealthChecks(
  checks: readonly HealthCheck[],
  { clock = systemClock, timeout = '2s' }: HealthRunOptions = {},
): Promise<HealthReport> {
  const startedAt = clock.now()
  const results = await Promise.all(
    checks.map((check) =>
      runOne(check, clock, toMs(check.timeout ?? timeout, `timeout of check "${check.name}"`)),
    ),
  )
  return Object.freeze({
    status: worst(results),
    checks: Object.freeze(results),
    durationMs: clock.now() - startedAt,
  })
}

async function runOne(check: HealthCheck, clock: Clock, limitMs: number): Promise<HealthCheckResult> {
  const startedAt = clock.now()
  const controller = new AbortController()
  using _timer = clock.schedule(limitMs, () => controller.abort())
  const late = new Promise<HealthAnswer>((resolve) => {
    onAbort(controller.signal, () => resolve({ status: 'fail', detail: `no answer within ${limitMs} ms` }))
  })
  const result = await Promise.race([answer(check, controller.signal), late])
  return Object.freeze({ name: check.name, ...result, durationMs: clock.now() - startedAt })
}

async function answer(
  { check }: HealthCheck,
  signal: AbortSignal,
): Promise<HealthAnswer & { readonly error?: unknown }> {
  try {
    return (await check(signal)) ?? { status: 'pass' }
  } catch (error) {
    return { status: 'fail', error }
  }
}

function worst(results: readonly HealthCheckResult[]): HealthState {
  const rank = Math.max(0, ...results.map(({ status }) => healthStates.indexOf(status)))
  return healthStates[rank] ?? 'fail'
}
