import { hedgeChannel, type Clock } from 'seaworthy/core'
import { hedgeDelay, type HedgeDelay } from './hedge-delay.ts'
import { createHedgeQueue, type HedgeQueue } from './hedge-queue.ts'
import type { ResolvedHedgeOptions } from './hedge-options.ts'

/** What all calls of a hedge share. */
export class HedgePlan {
  readonly options: ResolvedHedgeOptions
  readonly clock: Clock
  readonly delay: HedgeDelay
  /** Where calls wait for the delay to be over. */
  readonly queue: HedgeQueue
  /** Further attempts that were started. */
  started = 0
  /** Further attempts that there was no budget for. */
  refused = 0
  /** Further attempts that answered first. */
  won = 0

  constructor(options: ResolvedHedgeOptions, clock: Clock) {
    this.options = options
    this.clock = clock
    this.delay = hedgeDelay(options.delay, options.name)
    this.queue = createHedgeQueue(this.delay, clock)
  }

  /** Whether a further attempt may start, which is then paid for. */
  grant(): boolean {
    const { budget } = this.options
    const isGranted = budget === undefined || budget.withdraw()
    if (isGranted) this.started++
    else this.refused++
    return isGranted
  }

  publish(attempt: number, delayMs: number): void {
    if (hedgeChannel.hasSubscribers) hedgeChannel.publish({ name: this.options.name, attempt, delayMs })
  }

  noteSuccess(attempt: number): void {
    if (attempt > 0) this.won++
    this.options.budget?.deposit()
  }
}
