/** How well a system answers. */
export type HomeLevel = 'full' | 'degraded' | 'minimal' | 'unavailable' | 'unknown'

/** One system as the home page lists it. */
export interface HomeSystem {
  /** Its short name, as in its address and on the command line. */
  readonly name: string
  readonly title: string
  /** The question it answers for its users. */
  readonly question: string
  /** Where its page is. */
  readonly path: string
  readonly level: HomeLevel
  /** Why the level is not full; null or empty when there is nothing to say. */
  readonly levelReason: string | null
}
