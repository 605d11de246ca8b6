import type { Metrics } from './metrics.ts'

/** The families of calls to dependencies, of the policies around them and of service levels. */
export type DependencyMetrics = ReturnType<typeof dependencyMetrics>

/** Declares the families of dependencies. Durations and ages are in seconds. */
export function dependencyMetrics(metrics: Metrics) {
  return Object.freeze({ ...callFamilies(metrics), ...policyFamilies(metrics), ...levelFamilies(metrics) })
}

function callFamilies(metrics: Metrics) {
  return {
    calls: metrics.counter(
      'seaworthy_dependency_calls_total',
      'Calls to a dependency, by how they ended and where the answer came from.',
      ['dependency', 'operation', 'outcome', 'source'],
    ),
    callSeconds: metrics.histogram(
      'seaworthy_dependency_call_duration_seconds',
      'Time of a call with its retries.',
      {
        labels: ['dependency', 'operation'],
      },
    ),
    attempts: metrics.counter('seaworthy_dependency_attempts_total', 'Attempts made for calls.', [
      'dependency',
      'operation',
    ]),
    errors: metrics.counter('seaworthy_dependency_errors_total', 'Calls with an error, by its code.', [
      'dependency',
      'code',
    ]),
    probes: metrics.counter('seaworthy_dependency_probes_total', 'Health probes of a dependency.', [
      'dependency',
      'outcome',
    ]),
    probeSeconds: metrics.histogram(
      'seaworthy_dependency_probe_duration_seconds',
      'Time of a health probe.',
      {
        labels: ['dependency'],
      },
    ),
    up: metrics.gauge('seaworthy_dependency_up', 'Whether the last health probe went well: 1 or 0.', [
      'dependency',
    ]),
  }
}

function policyFamilies(metrics: Metrics) {
  return {
    retries: metrics.counter('seaworthy_retries_total', 'Attempts that were followed by another.', ['name']),
    retryDelaySeconds: metrics.histogram('seaworthy_retry_delay_seconds', 'Wait before another attempt.', {
      labels: ['name'],
    }),
    hedges: metrics.counter(
      'seaworthy_hedges_total',
      'Attempts that were started beside one that had not answered.',
      ['name'],
    ),
    hedgeDelaySeconds: metrics.histogram(
      'seaworthy_hedge_delay_seconds',
      'How long an attempt had not answered when another was started beside it.',
      {
        labels: ['name'],
      },
    ),
    transitions: metrics.counter(
      'seaworthy_breaker_transitions_total',
      'Changes of state of a circuit breaker.',
      ['name', 'from', 'to', 'reason'],
    ),
    shadowTransitions: metrics.counter(
      'seaworthy_breaker_shadow_transitions_total',
      'Changes of state that a circuit breaker which only observes would have made.',
      ['name', 'from', 'to', 'reason'],
    ),
    breakerState: metrics.gauge(
      'seaworthy_breaker_state',
      'The state of a circuit breaker: 1 for the one it is in, 0 for the others.',
      ['name', 'state'],
    ),
    refusals: metrics.counter(
      'seaworthy_refusals_total',
      'Calls that a policy refused before they were made.',
      ['name', 'reason'],
    ),
    timeouts: metrics.counter('seaworthy_timeouts_total', 'Calls cut by their time limit.', ['name']),
    fallbacks: metrics.counter('seaworthy_fallbacks_total', 'Answers given by a fallback.', [
      'name',
      'source',
    ]),
    fallbackAgeSeconds: metrics.gauge(
      'seaworthy_fallback_age_seconds',
      'Age of the last answer given by a fallback.',
      ['name', 'source'],
    ),
  }
}

function levelFamilies(metrics: Metrics) {
  return {
    levelChanges: metrics.counter('seaworthy_service_level_changes_total', 'Changes of the service level.', [
      'service',
      'capability',
      'from',
      'to',
    ]),
    level: metrics.gauge(
      'seaworthy_service_level',
      'Service level of a capability: 3 full, 2 degraded, 1 minimal, 0 unavailable.',
      ['service', 'capability'],
    ),
  }
}
