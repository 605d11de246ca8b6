import {
  breakerChannel,
  breakerShadowChannel,
  fallbackChannel,
  hedgeChannel,
  levelChannel,
  probeChannel,
  refusalChannel,
  retryChannel,
  systemClock,
  timeoutChannel,
  type Clock,
} from 'seaworthy/core'
import type { Logger } from './logger.ts'
import { stopAll, type Stop } from './stop.ts'

/**
 * Writes to a log what is published on the channels, until stopped: transitions of breakers and fallbacks as
 * warnings; of probes the first failure as a warning, further ones for debugging, and the first good one after them as
 * information with how long it took; service levels as warnings when they fall; what a breaker that only observes would
 * have done as information; retries, hedges, refusals and timeouts for debugging.
 */
export function logChannels(logger: Logger, clock: Clock = systemClock): Stop {
  return stopAll([...logPolicies(logger), ...logAnswers(logger), logProbes(logger, clock)])
}

function logPolicies(logger: Logger): Stop[] {
  return [
    breakerChannel.subscribe(({ name, from, to, reason }) =>
      logger.warn(
        { event: 'breaker', breaker: name, from, to, reason },
        `Breaker ${name} went from ${from} to ${to}`,
      ),
    ),
    breakerShadowChannel.subscribe(({ name, from, to, reason }) =>
      logger.info(
        { event: 'breaker-shadow', breaker: name, from, to, reason },
        `Breaker ${name}, which only observes, would have gone from ${from} to ${to}`,
      ),
    ),
    hedgeChannel.subscribe(({ name, attempt, delayMs }) =>
      logger.debug(
        { event: 'hedge', policy: name, attempt, delayMs },
        `${name} gave no answer within ${Math.round(delayMs)} ms, attempt ${attempt} was started beside it`,
      ),
    ),
    retryChannel.subscribe(({ name, attempt, delayMs, error }) =>
      logger.debug(
        { event: 'retry', policy: name, attempt, delayMs, error },
        `Attempt ${attempt} of ${name} failed, the next follows in ${Math.round(delayMs)} ms`,
      ),
    ),
    refusalChannel.subscribe(({ name, reason, retryAfterMs }) =>
      logger.debug(
        { event: 'refusal', policy: name, reason, retryAfterMs },
        `${name} refused a call: ${reason}`,
      ),
    ),
    timeoutChannel.subscribe(({ name, limitMs }) =>
      logger.debug(
        { event: 'timeout', policy: name, limitMs },
        `${name} gave no answer within ${limitMs} ms`,
      ),
    ),
  ]
}

function logAnswers(logger: Logger): Stop[] {
  return [
    fallbackChannel.subscribe(({ name, source, ageMs, error }) =>
      logger.warn(
        { event: 'fallback', dependency: name, source, ageMs, error },
        `${name} answered from ${source}`,
      ),
    ),
    levelChannel.subscribe(({ service, capability, from, to, because }) => {
      const write = to === 'full' ? logger.info : logger.warn
      write.call(
        logger,
        { event: 'level', ofService: service, capability, from, to, because },
        `Service level of ${capability} went from ${from} to ${to}`,
      )
    }),
  ]
}

/** Remembers only the dependencies whose last probe failed, to tell a change from what is known. */
function logProbes(logger: Logger, clock: Clock): Stop {
  const failing = new Map<string, { failures: number; readonly since: number }>()
  return probeChannel.subscribe(({ dependency, ok, durationMs, error }) => {
    const fields = { event: 'probe', dependency, ok, durationMs }
    const known = failing.get(dependency)
    if (ok) {
      if (!failing.delete(dependency) || known === undefined) return
      const { failures } = known
      const downMs = Math.round(clock.now() - known.since)
      logger.info({ ...fields, failures, downMs }, `Probe of ${dependency} works again after ${downMs} ms`)
      return
    }
    if (known !== undefined) {
      known.failures++
      logger.debug({ ...fields, failures: known.failures, error }, `Probe of ${dependency} failed again`)
      return
    }
    if (failing.size < failingMax) failing.set(dependency, { failures: 1, since: clock.now() })
    logger.warn({ ...fields, error }, `Probe of ${dependency} failed`)
  })
}

const failingMax = 1000
