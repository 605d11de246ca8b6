import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of `seaworthy/resilience`. */
export const resilienceErrors = {
  ERR_CIRCUIT_OPEN: {
    title: 'Circuit open',
    status: 503,
    meaning:
      'A circuit breaker refused the call, because the dependency failed lately or an operator opened it.',
    remedy: 'Try again after the time that the error carries, or answer from a fallback.',
  },
  ERR_BREAKER_RECORD_INVALID: {
    title: 'Unreadable breaker record',
    status: 500,
    meaning: 'What a circuit breaker was to be restored from is damaged, or the record of something else.',
    remedy: 'Restore from what toJSON() of a breaker of this name gave, or start without a record.',
  },
  ERR_BULKHEAD_FULL: {
    title: 'Bulkhead full',
    status: 503,
    meaning:
      'All slots of a bulkhead and all places of its queue are taken, or a call that goes before took the place of this.',
    remedy: 'Try again later. Raise concurrency or queue only if the dependency bears it.',
  },
  ERR_QUEUE_TIMEOUT: {
    title: 'Waited too long for a slot',
    status: 503,
    meaning: 'A call waited in the queue for a slot longer than allowed and was never started.',
    remedy: 'Try again later. Raise queueWaitMax or concurrency if the dependency bears it.',
  },
  ERR_CONCURRENCY_LIMIT: {
    title: 'Concurrency limit reached',
    status: 503,
    meaning:
      'As many calls are under way as the other side seems to bear, and all places of the queue are taken.',
    remedy:
      'Try again later. If the dependency bears more, see whether its time without load is measured right.',
  },
  ERR_LOAD_SHED: {
    title: 'Shed under load',
    status: 503,
    meaning: 'This process is under such load that it refuses calls of low priority, to serve the others.',
    remedy: 'Try again after the time that the error carries. Add capacity if it happens often.',
  },
  ERR_CLIENT_THROTTLED: {
    title: 'Held back for the dependency',
    status: 503,
    meaning: 'The dependency refuses so many calls that a part of them is not even sent.',
    remedy: 'Try again later. The share falls by itself when the dependency accepts calls again.',
  },
  ERR_TIMEOUT: {
    title: 'Timeout',
    status: 504,
    meaning: 'Work did not end within its time limit. Its signal was aborted.',
    remedy: 'Find out why the dependency is slow, or raise the limit if so long a wait is acceptable.',
  },
  ERR_RESULT_REFUSED: {
    title: 'Result refused',
    status: 502,
    meaning: 'Every attempt gave a result that the retry was told not to accept.',
    remedy: 'Find out why the dependency answers so, or let the retry return the last result.',
  },
  ERR_HEDGE_LOST: {
    title: 'Lost to a faster attempt',
    status: 503,
    meaning:
      'Another attempt at the same call answered first. Only the work of the slower one gets to see this.',
    remedy: 'None: end the work. The call was answered.',
  },
  ERR_RATE_EXCEEDED: {
    title: 'Rate limit exceeded',
    status: 503,
    meaning:
      'A rate limit of our own refused a call: it would have had to wait, or to wait longer than allowed.',
    remedy:
      'Try again after the time that the error carries. Raise limit, queue or queueWaitMax if that is right.',
  },
  ERR_RATE_COST: {
    title: 'Cost outside the rate limit',
    status: 500,
    meaning: 'A call costs no whole number of units, or more than may ever start at once.',
    remedy: 'Split the call, or raise the limit or its burst.',
  },
  ERR_LIMIT_UNREACHABLE: {
    title: 'Shared limit unreachable',
    status: 503,
    meaning: 'The store of a limit that processes share does not answer, and calls are to be refused then.',
    remedy: 'Find out why the store does not answer, or let whenUnreachable be a local share.',
  },
  ERR_FAULT_INJECTED: {
    title: 'Injected fault',
    status: 503,
    meaning: 'An operator or an experiment makes calls to this dependency fail.',
    remedy: 'Clear the fault switch that the message names.',
  },
  ERR_FAULTS_FULL: {
    title: 'Too many faults',
    status: 409,
    meaning: 'A fault switch holds as many faults at once as it may.',
    remedy: 'Remove one, or set all that are wanted anew.',
  },
  ERR_FAULT_REQUEST_INVALID: {
    title: 'Fault request not understood',
    status: 400,
    meaning: 'A call asked for a fault in words that the fault switch does not know.',
    remedy: 'Write "latency=200ms", "error", "error=ECONNRESET" or "hang", several with commas between.',
  },
  ERR_REGISTRY_FULL: {
    title: 'Registry full',
    status: 500,
    meaning: 'A registry holds as many policies of one kind as it may.',
    remedy: 'Look for policies made per request or per key; raise the capacity if there are truly so many.',
  },
  ERR_REGISTRY_NAME_TAKEN: {
    title: 'Name taken',
    status: 500,
    meaning: 'A registry already holds a policy of this kind and name.',
    remedy: 'Share the existing policy, or give the new one another name.',
  },
  ERR_HTTP_STATUS: {
    title: 'Failure status',
    status: 502,
    meaning:
      'A server answered with a status that counts as a failure, and the caller wanted an error instead of the answer.',
    remedy: 'Try again after the time that the error carries, if it does; else see what the server says.',
  },
  ERR_CONTEXT_LOST: {
    title: 'Call context lost',
    status: 500,
    meaning: 'A policy passed on another context than the one it was given, so the pipeline lost the work.',
    remedy: 'Pass the received context on to next.',
  },
} as const satisfies ErrorTable

/** A code of `seaworthy/resilience`. */
export type ResilienceErrorCode = keyof typeof resilienceErrors

export const resilienceError = errorFactory(resilienceErrors)
