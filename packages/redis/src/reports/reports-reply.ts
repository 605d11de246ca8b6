import type { BreakerVerdict } from 'seaworthy/resilience'
import { redisError } from '../redis-errors.ts'

/** A report of another instance as the server has it. Times are microseconds on the server's clock. */
export interface ServerReport {
  readonly instance: string
  readonly verdict: BreakerVerdict
  readonly sinceUs: number
  readonly beatUs: number
}

export interface ServerReports {
  readonly atUs: number
  readonly reports: readonly ServerReport[]
}

const verdicts: readonly BreakerVerdict[] = ['failing', 'healthy', 'silent']

/**
 * Reads what the script answers.
 *
 * @throws SeaworthyError ERR_REDIS_REPLY when it has another form
 */
export function readReportsReply(reply: unknown): ServerReports {
  const [at, ...fields]: unknown[] = Array.isArray(reply) ? reply : []
  const reports: ServerReport[] = []
  for (let i = 0; i < fields.length; i += 4) {
    const [instance, said, since, beat] = fields.slice(i, i + 4)
    const verdict = verdicts.find((known) => known === said) ?? 'silent'
    const [sinceUs, beatUs] = [Number(since), Number(beat)]
    const isWhole = Number.isSafeInteger(sinceUs) && Number.isSafeInteger(beatUs)
    if (typeof instance !== 'string' || typeof said !== 'string' || !isWhole) throw unreadable(reply)
    // What another version finds and this one does not know counts neither for nor against.
    reports.push({ instance, verdict, sinceUs, beatUs })
  }
  if (!Number.isSafeInteger(at)) throw unreadable(reply)
  return { atUs: Number(at), reports }
}

function unreadable(reply: unknown): Error {
  return redisError(
    'ERR_REDIS_REPLY',
    `Cannot read reports: they must be a time and four values for each instance, received ${JSON.stringify(reply)}`,
  )
}
