import { coreError, isolate, outcomes, showValue, type Outcome } from 'seaworthy/core'

const known: ReadonlySet<unknown> = new Set(outcomes)

/**
 * A foreign function that says what a call came to. One that throws, or returns no outcome, says that the call failed; that
 * it throws is reported each time, what else it returns once.
 *
 * @param key the option that it is
 * @param name the breaker; undefined when it is that of several
 */
export function judge(
  ask: (subject: unknown) => Outcome,
  key: 'classify' | 'classifyResult',
  name: string | undefined,
): (subject: unknown) => Outcome {
  let isReported = false
  return (subject) => {
    let outcome: Outcome = 'failed'
    isolate(() => {
      const said: unknown = ask(subject)
      if (known.has(said)) outcome = said as Outcome
      else if (!isReported) {
        isReported = true
        throw noOutcome(said, key, name)
      }
    })
    return outcome
  }
}

function noOutcome(said: unknown, key: string, name: string | undefined): Error {
  const whose = name === undefined ? 'circuit breaker' : `circuit breaker "${name}"`
  const rule = `"${key}" must return "ok", "failed", "slow" or "ignored"`
  const message = `Cannot judge a call of ${whose}: ${rule}, received ${showValue(said)}; it counts as failed`
  return coreError('ERR_INVALID_OPTION', message, { details: { rule } })
}
