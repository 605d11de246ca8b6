import type { Clock } from 'seaworthy/core'
import { median } from './median.ts'

/** One side of a comparison. */
export interface Subject {
  readonly name: string
  /** Does the work once. */
  readonly run: () => unknown
}

export interface InterleaveOptions {
  readonly clock: Clock
  /** Measured rounds. */
  readonly rounds: number
  /** Rounds before them that are not measured. */
  readonly warmUpRounds: number
  /** Called before each turn, outside of its time. */
  readonly before?: () => Promise<void>
  /**
   * How often the work was interrupted so far by something that is not its own. Turns in which this grew are left out, and up
   * to three times the rounds are made until every subject has half of them without.
   */
  readonly interruptions?: () => number
  /** Called after each round. */
  readonly onRound?: (done: number, total: number) => void
}

/** With fewer undisturbed turns than this all of them count. */
const undisturbedMin = 5
const roundsFactorMax = 3

/**
 * Runs all subjects in turn, round by round, the order turning by one each round, so that a slow moment of the machine
 * meets all of them. Answers with the median time of each in milliseconds.
 */
export async function interleave(
  subjects: readonly Subject[],
  options: InterleaveOptions,
): Promise<ReadonlyMap<string, number>> {
  const { rounds, warmUpRounds } = options
  const times = subjects.map((subject) => ({ subject, undisturbed: [] as number[], all: [] as number[] }))
  const total = warmUpRounds + rounds
  const most = warmUpRounds + rounds * roundsFactorMax
  const isEnough = (): boolean => times.every(({ undisturbed }) => undisturbed.length >= rounds / 2)
  for (let round = 0; round < total || (round < most && !isEnough()); round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const side = times[(turn + round) % subjects.length]
      if (side === undefined) continue
      const { ms, isUndisturbed } = await timed(side.subject, options)
      if (round < warmUpRounds) continue
      side.all.push(ms)
      if (isUndisturbed) side.undisturbed.push(ms)
    }
    options.onRound?.(round + 1, Math.max(total, round + 1))
  }
  return new Map(
    times.map(({ subject, undisturbed, all }) => [
      subject.name,
      median(undisturbed.length >= undisturbedMin ? undisturbed : all),
    ]),
  )
}

async function timed(
  { run }: Subject,
  { clock, before, interruptions }: InterleaveOptions,
): Promise<{ readonly ms: number; readonly isUndisturbed: boolean }> {
  await before?.()
  const interruptionsBefore = interruptions?.()
  const startedAt = clock.now()
  await run()
  const ms = clock.now() - startedAt
  return { ms, isUndisturbed: interruptions?.() === interruptionsBefore }
}
