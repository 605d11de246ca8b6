/** How much of a capability works, best first. Always computed, never set. */
export const serviceLevels = ['full', 'degraded', 'minimal', 'unavailable'] as const
export type ServiceLevel = (typeof serviceLevels)[number]

/** The worst of the given levels; `full` when there are none. */
export function worstLevel(levels: Iterable<ServiceLevel>): ServiceLevel {
  let worst = 0
  for (const level of levels) worst = Math.max(worst, serviceLevels.indexOf(level))
  return serviceLevels[worst] ?? 'full'
}
