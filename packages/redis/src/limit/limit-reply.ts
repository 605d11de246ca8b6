import { redisError } from '../redis-errors.ts'
import type { LimitNews } from './slot.ts'

/** What the scripts of a limit answer. */
export interface LimitReply {
  readonly granted: boolean
  readonly waitUs: number
  /** The moment of the start, or for `look` the present, in microseconds on the server's clock. */
  readonly startUs: number
  readonly news: LimitNews
}

/**
 * Reads an answer.
 *
 * @throws SeaworthyError ERR_REDIS_REPLY when it has another form
 */
export function readLimitReply(reply: unknown): LimitReply {
  if (Array.isArray(reply) && reply.length === 6) {
    const [granted, waitUs, startUs, generation, movedUs, movedAtUs]: unknown[] = reply
    const numbers = [granted, waitUs, startUs, movedUs, movedAtUs].map(Number)
    if (numbers.every(Number.isSafeInteger) && typeof generation === 'string') {
      return {
        granted: granted === 1,
        waitUs: Number(waitUs),
        startUs: Number(startUs),
        news: { generation, movedUs: Number(movedUs), movedAtUs: Number(movedAtUs) },
      }
    }
  }
  throw redisError(
    'ERR_REDIS_REPLY',
    `Cannot read an answer of Redis: it must be six values, received ${JSON.stringify(reply)}`,
  )
}
