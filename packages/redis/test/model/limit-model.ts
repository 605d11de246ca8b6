/**
 * What both forms of a shared limit have in common, as pure functions on plain data: spans that are kept apart by the
 * longest allowance for late starts, and pauses. Times are whole microseconds on the clock of the limit.
 */

export interface LimitState {
  readonly pausedUntil: number
  readonly moved: number
  readonly movedAt: number
  /** The last start of all that was granted. */
  readonly last: number
  readonly slack: number
  readonly slackNext: number
  readonly epoch: number
  /** The last start when spans were last set farther apart. */
  readonly narrow: number
}

export const emptyLimit: LimitState = {
  pausedUntil: 0,
  moved: 0,
  movedAt: 0,
  last: 0,
  slack: 0,
  slackNext: 0,
  epoch: 0,
  narrow: 0,
}

/** For how long the clock of a limit was held. Held times are behind its clock, so the rest of the state stays. */
export interface HeldClock {
  readonly held: number
  readonly heldAt: number
  readonly debt: number
}

export const neverHeld: HeldClock = { held: 0, heldAt: 0, debt: 0 }

/**
 * Holds the clock of a limit for a unit whose moment was `by` ago.
 *
 * @returns undefined when that is too much
 */
export function holdClock(
  before: HeldClock,
  serverAt: number,
  { by, most }: { readonly by: number; readonly most: number },
): HeldClock | undefined {
  const debt = Math.max(0, before.debt - Math.floor(Math.max(0, serverAt - before.heldAt) / 8))
  return debt + by > most ? undefined : { held: before.held + by, heldAt: serverAt, debt: debt + by }
}

export interface LimitRequest {
  readonly id: string
  readonly cost: number
  readonly limit: number
  readonly interval: number
  /** How late the units may start. */
  readonly allowance: number
  readonly waitMax: number
  readonly queueMax: number
  readonly burst: number
}

export interface LimitAnswer<State extends LimitState> {
  readonly state: State
  readonly granted: boolean
  readonly start: number
}

/** The state with the allowance noted, and how far apart spans are with it. */
export function withAllowance<State extends LimitState>(
  state: State,
  at: number,
  { interval, allowance }: LimitRequest,
): { readonly state: State; readonly spacing: number; readonly isWider: boolean } {
  const hasPassed = state.epoch + interval + state.slack <= at
  const slack = hasPassed ? state.slackNext : state.slack
  const slackNext = Math.max(hasPassed ? 0 : state.slackNext, allowance)
  const epoch = hasPassed ? state.last : state.epoch
  const widest = Math.max(slack, allowance)
  const isWider = allowance > slack
  const narrow = isWider ? state.last : state.narrow
  return {
    state: { ...state, slack: widest, slackNext, epoch, narrow },
    spacing: interval + widest,
    isWider,
  }
}

/** The state after a pause up to that time, and by how much those are moved who wait. */
export function pauseLimit<State extends LimitState>(
  state: State,
  at: number,
  ends: number,
): { readonly state: State; readonly shift: number } {
  if (ends <= state.pausedUntil) return { state, shift: 0 }
  if (state.last <= at) return { state: { ...state, pausedUntil: ends }, shift: 0 }
  const shift = ends - Math.max(at, state.pausedUntil)
  return {
    state: {
      ...state,
      pausedUntil: ends,
      moved: state.moved + shift,
      movedAt: at,
      last: moved(state.last, at, shift),
      epoch: moved(state.epoch, at, shift),
      narrow: moved(state.narrow, at, shift),
    },
    shift,
  }
}

/** A time, moved if it is yet to come. */
export function moved(time: number, at: number, shift: number): number {
  return time > at ? time + shift : time
}
