/**
 * What a server's refusals (429, `Retry-After`) mean for the calls after them: a pause as long as the server asks for, then
 * a share of the limit that grows back to all of it in a straight line. Each refusal after a pause lowers the share again,
 * so that it settles near what the server bears (additive increase, multiplicative decrease: Chiu and Jain, 1989). Pure.
 */
export type Pace =
  | { readonly kind: 'full' }
  | {
      readonly kind: 'slowed'
      readonly sinceMs: number
      /** End of the pause. */
      readonly untilMs: number
      /** Share of the limit at the end of the pause. */
      readonly share: number
    }

export interface PaceRules {
  /** How long the pause is when the server does not say. */
  readonly pauseMs: number
  /** The longest pause, whatever the server says. */
  readonly pauseMaxMs: number
  /** What a refusal multiplies the share with. */
  readonly slowTo: number
  /** How long the share takes to grow from nothing to all. */
  readonly recoverMs: number
}

/** A refusal by the server. */
export interface ServerRefusal {
  /** When the call was sent that it answers. */
  readonly sentMs: number
  readonly nowMs: number
  /** The pause that the server asks for, if it does. */
  readonly retryAfterMs: number | undefined
}

/** Below this share a limit does not fall: a server that has recovered must be found out. */
const shareMin = 0.05

export const fullPace: Pace = Object.freeze({ kind: 'full' })

/**
 * The pace after a refusal by the server; the same object when it changes nothing, as for the answer to a call that was
 * sent before the pause: it tells of the same overload, not of another.
 */
export function slowed(pace: Pace, refusal: ServerRefusal, rules: PaceRules): Pace {
  const { sentMs, nowMs, retryAfterMs = rules.pauseMs } = refusal
  if (pace.kind === 'slowed' && (sentMs <= pace.sinceMs || nowMs < pace.untilMs)) return pace
  return {
    kind: 'slowed',
    sinceMs: nowMs,
    untilMs: nowMs + Math.min(retryAfterMs, rules.pauseMaxMs),
    share: Math.max(shareMin, shareAt(pace, nowMs, rules) * rules.slowTo),
  }
}

/** The share of the limit that holds at a moment, above 0 to 1; in the pause, the one at its end. */
export function shareAt(pace: Pace, atMs: number, rules: PaceRules): number {
  if (pace.kind === 'full') return 1
  return Math.min(1, pace.share + Math.max(0, atMs - pace.untilMs) / rules.recoverMs)
}
