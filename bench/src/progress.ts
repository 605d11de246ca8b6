import type { Clock } from 'seaworthy/core'

/** Says on a stream how far a run is and how long it will take, once it has taken more than two seconds. */
export interface Progress {
  /** `done` of `total` steps are behind us. */
  step(done: number, total: number): void
}

const quietMs = 2_000
const betweenMs = 1_000

export function createProgress(clock: Clock, write: (line: string) => void): Progress {
  const startedAt = clock.now()
  let saidAt = startedAt + quietMs - betweenMs
  return {
    step(done, total) {
      const now = clock.now()
      if (now - saidAt < betweenMs || done <= 0) return
      saidAt = now
      const leftSeconds = Math.ceil(((now - startedAt) / done) * (total - done)) / 1_000
      write(`${done} of ${total} steps, about ${Math.ceil(leftSeconds)} s left\n`)
    },
  }
}
