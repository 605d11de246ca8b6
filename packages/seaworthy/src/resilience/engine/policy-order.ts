/**
 * The order of policies around a call, outermost first.
 *
 * - The fallback is around everything: whatever ends the call is answered, but for the abort of the caller.
 * - The total timeout is around attempts and delays, so that together they keep the deadline.
 * - Load is shed before anything is taken for the call, and once, not for each attempt.
 * - Retry is around the breaker, so that each attempt counts and a refusal, which carries `retryAfterMs`, is obeyed.
 * - A hedge is inside retry: its attempts are one attempt, each with permit, slot and time of its own.
 * - Rate limits and the throttle of the client come before the breaker: a call that waits for its turn, or that we refuse
 *   ourselves, must not be one of the few probes of a half-open breaker.
 * - The breaker is around the slots: while the circuit is open nobody waits for one.
 * - Slots, of a fixed number or of an adaptive one, are around the attempt timeout: waiting in our own queue is no slowness
 *   of the dependency, so it must neither use up the attempt's time nor count as a failure. Work that ignores the abort of
 *   its attempt keeps its slot.
 * - The fault switch is next to the call, so that every policy meets the faults.
 */
export const policyOrder = [
  'fallback',
  'total-timeout',
  'load-shedder',
  'retry',
  'hedge',
  'rate-limit',
  'client-throttle',
  'circuit-breaker',
  'adaptive-limit',
  'bulkhead',
  'attempt-timeout',
  'fault-switch',
] as const
