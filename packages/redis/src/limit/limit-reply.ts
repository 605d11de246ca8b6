import { redisError } from '../redis-errors.ts'
import type { LimitNews } from './slot.ts'

/** What the scripts of a limit answer. */
export interface LimitReply {
  readonly granted: boolean
  readonly waitUs: number
  /** The moment of the start, or for `look` the present, in microseconds on the clock of the limit. */
  readonly startUs: number
  readonly news: LimitNews
  /** The time of the answer, in microseconds, as the server's clock shows it. */
  readonly serverUs: number
}

/**
 * Reads an answer.
 *
 * @throws SeaworthyError ERR_REDIS_REPLY when it has another form
 */
export function readLimitReply(reply: unknown): LimitReply {
  if (Array.isArray(reply) && reply.length === 8) {
    const [granted, waitUs, startUs, generation, movedUs, movedAtUs, heldUs, serverUs]: unknown[] = reply
    const numbers = [granted, waitUs, startUs, movedUs, movedAtUs, heldUs, serverUs].map(Number)
    if (numbers.every(Number.isSafeInteger) && typeof generation === 'string') {
      return {
        granted: granted === 1,
        waitUs: Number(waitUs),
        startUs: Number(startUs),
        serverUs: Number(serverUs),
        news: { generation, movedUs: Number(movedUs), movedAtUs: Number(movedAtUs), heldUs: Number(heldUs) },
      }
    }
  }
  throw redisError(
    'ERR_REDIS_REPLY',
    `Cannot read an answer of Redis: it must be eight values, received ${JSON.stringify(reply)}`,
  )
}
