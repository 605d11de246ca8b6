import { setImmediate } from 'node:timers'
import type { Clock } from 'seaworthy/core'
import { interleave } from '../interleave.ts'
import type { Call, CallLoop } from './call-loops.ts'
import { collectYoung } from './garbage.ts'

/** One side of a row. */
export interface CallSubject {
  readonly name: string
  readonly call: Call
}

export interface MeasureTimesOptions {
  readonly clock: Clock
  readonly loop: CallLoop
  /** How often the process was interrupted so far; batches in which it was are left out. */
  readonly interruptions?: () => number
  /** Calls are made in batches of about this time. */
  readonly batchMs: number
  /** The number of calls of a batch is a multiple of this. */
  readonly batchStep: number
  readonly rounds: number
  readonly warmUp: {
    /** Calls that each subject makes before it is measured, so that the compiler is done with it... */
    readonly calls: number
    /** ...or less, when they take longer than this. */
    readonly ms: number
    /** Rounds in turn that follow and are not measured either. */
    readonly rounds: number
  }
}

/**
 * Nanoseconds a call. The subjects make their batches in turn, round by round. Before each batch timers have their turn and
 * the garbage of the batch before is collected, so that nobody pays for another.
 */
export async function measureTimes(
  subjects: readonly CallSubject[],
  options: MeasureTimesOptions,
): Promise<ReadonlyMap<string, number>> {
  const { clock, loop, rounds, warmUp, interruptions } = options
  const batches = new Map<string, number>()
  for (const { name, call } of subjects) batches.set(name, await callsInBatch(call, options))
  const medians = await interleave(
    subjects.map(({ name, call }) => ({ name, run: () => loop(call, batches.get(name) ?? 0) })),
    { clock, rounds, warmUpRounds: warmUp.rounds, before: settle, ...(interruptions && { interruptions }) },
  )
  return new Map([...medians].map(([name, ms]) => [name, (ms * 1e6) / (batches.get(name) ?? 0)]))
}

/** Makes more and more calls until the subject is warm, then says how many of them fill a batch at its best speed. */
async function callsInBatch(call: Call, options: MeasureTimesOptions): Promise<number> {
  const { clock, loop, batchMs, batchStep, warmUp } = options
  const startedAt = clock.now()
  let callMs = Infinity
  for (let calls = batchStep; ; calls *= 2) {
    const batchAt = clock.now()
    await loop(call, calls)
    const tookMs = clock.now() - batchAt
    if (tookMs > 0) callMs = Math.min(callMs, tookMs / calls)
    const isWarm = calls >= warmUp.calls / 2 || clock.now() - startedAt >= warmUp.ms
    if (isWarm && callMs < Infinity) return Math.max(1, Math.round(batchMs / callMs / batchStep)) * batchStep
  }
}

async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
  collectYoung()
}
