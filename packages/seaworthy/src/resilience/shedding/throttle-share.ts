/** How a share to hold back is found. */
export interface ThrottleRules {
  readonly multiplier: number
  readonly callsMin: number
  readonly shareMax: number
}

/**
 * The share of calls to hold back: `(requests - multiplier * accepts) / (requests + 1)`, of those asked for and accepted of
 * late, at least 0. (Client-side throttling, in: Site Reliability Engineering, O'Reilly 2016, chapter 21.)
 */
export function throttleShare(
  { requests, accepts }: { readonly requests: number; readonly accepts: number },
  { multiplier, callsMin, shareMax }: ThrottleRules,
): number {
  if (requests < callsMin) return 0
  return Math.max(0, Math.min(shareMax, (requests - multiplier * accepts) / (requests + 1)))
}
