/** The settings that all contenders have in common. */
export const limits = {
  attempts: 3,
  firstDelayMs: 1,
  windowMs: 60_000,
  /** Share of failures that opens the breaker. */
  failureRate: 0.5,
  /** Calls below which the breaker stays closed. */
  minimumCalls: 10,
  /** So long that no open breaker lets a probe in while it is measured. */
  openMs: 3_600_000,
  ratePeriodMs: 1_000,
} as const
