import { formatMs, type Duration } from 'seaworthy/core'
import { optionConflict } from '../engine/option-conflict.ts'
import type { WaitOrder } from './fair-lanes.ts'

/** What belongs to a queue, as it was written. */
export interface QueueSettings {
  readonly queueWaitMax?: Duration | undefined
  readonly order?: WaitOrder | undefined
}

/** The same, checked. */
interface ResolvedQueue {
  readonly name: string
  readonly queue: number
  readonly queueWaitMax: number | undefined
  readonly order?: WaitOrder
}

/**
 * Refuses to be told how to wait where nobody may. What is changed later counts alone: a queue may be shut, and opened again
 * with the settings that it had.
 *
 * @param subject what is configured, for the message
 * @param written the options, or the changes
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function checkQueueSettings(subject: string, resolved: ResolvedQueue, written: QueueSettings): void {
  const { name, queue, queueWaitMax = 0, order } = resolved
  if (queue > 0) return
  if (written.queueWaitMax !== undefined && queueWaitMax > 0) {
    const must = 'stand beside a "queue" of at least 1, which is 0'
    throw optionConflict(subject, name, { key: 'queueWaitMax', must, received: formatMs(queueWaitMax) })
  }
  if (written.order !== undefined && order === 'lifo') {
    const must = 'be "fifo" beside a "queue" of 0, where nobody waits'
    throw optionConflict(subject, name, { key: 'order', must, received: '"lifo"' })
  }
}
