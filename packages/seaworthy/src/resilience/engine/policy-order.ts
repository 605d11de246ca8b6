/**
 * The order of a dependency's policies, outermost first.
 *
 * - The total timeout is around everything, so that attempts and delays together keep the deadline.
 * - Retry is around the breaker, so that each attempt counts and a refusal, which carries `retryAfterMs`, is obeyed.
 * - The breaker is around the bulkhead: while the circuit is open nobody waits for a slot.
 * - The bulkhead is around the attempt timeout: waiting in our own queue is no slowness of the dependency, so it must
 *   neither use up the attempt's time nor count as a failure. Work that ignores the attempt's abort keeps its slot.
 * - The fault switch is next to the call, so that every policy meets the faults.
 */
export const policyOrder = [
  'total-timeout',
  'retry',
  'circuit-breaker',
  'bulkhead',
  'attempt-timeout',
  'fault-switch',
] as const
