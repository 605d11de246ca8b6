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
  /** Called after each round. */
  readonly onRound?: (done: number, total: number) => void
}

/**
 * Runs all subjects in turn, round by round, the order turning by one each round, so that a slow moment of the machine
 * meets all of them. Answers with the median time of each in milliseconds.
 */
export async function interleave(
  subjects: readonly Subject[],
  options: InterleaveOptions,
): Promise<ReadonlyMap<string, number>> {
  const { clock, rounds, warmUpRounds } = options
  const times = new Map(subjects.map(({ name }) => [name, [] as number[]]))
  const total = warmUpRounds + rounds
  for (let round = 0; round < total; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(turn + round) % subjects.length]
      if (subject === undefined) continue
      await options.before?.()
      const startedAt = clock.now()
      await subject.run()
      if (round >= warmUpRounds) times.get(subject.name)?.push(clock.now() - startedAt)
    }
    options.onRound?.(round + 1, total)
  }
  return new Map([...times].map(([name, values]) => [name, median(values)]))
}
