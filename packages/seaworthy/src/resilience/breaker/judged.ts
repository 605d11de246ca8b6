import { isolate, type Outcome } from 'seaworthy/core'

/** What a foreign function says; one that throws says that the call failed. */
export function judged(judge: (subject: unknown) => Outcome, subject: unknown): Outcome {
  let outcome: Outcome = 'failed'
  isolate(() => {
    outcome = judge(subject)
  })
  return outcome
}
