import {
  breakerChannel,
  fallbackChannel,
  levelChannel,
  probeChannel,
  refusalChannel,
  retryChannel,
  timeoutChannel,
} from 'seaworthy/core'
import type { Logger } from './logger.ts'
import { stopAll, type Stop } from './stop.ts'

/**
 * Writes to a log what is published on the channels, until stopped: transitions of breakers, fallbacks and failed
 * probes as warnings (a probe that works again as information, unchanged good ones not at all), service levels as
 * warnings when they fall, retries, refusals and timeouts for debugging.
 */
export function logChannels(logger: Logger): Stop {
  return stopAll([...logPolicies(logger), ...logAnswers(logger), logProbes(logger)])
}

function logPolicies(logger: Logger): Stop[] {
  return [
    breakerChannel.subscribe(({ name, from, to, reason }) =>
      logger.warn(
        { event: 'breaker', breaker: name, from, to, reason },
        `Breaker ${name} went from ${from} to ${to}`,
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

/** Remembers only the dependencies whose last probe failed, to tell a recovery from a good probe among others. */
function logProbes(logger: Logger): Stop {
  const failing = new Set<string>()
  return probeChannel.subscribe(({ dependency, ok, durationMs, error }) => {
    const fields = { event: 'probe', dependency, ok, durationMs }
    if (ok) {
      if (failing.delete(dependency)) logger.info(fields, `Probe of ${dependency} works again`)
      return
    }
    if (failing.size < failingMax) failing.add(dependency)
    logger.warn({ ...fields, error }, `Probe of ${dependency} failed`)
  })
}

const failingMax = 1000
