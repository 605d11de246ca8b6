import {
  emptyLimit,
  moved,
  pauseLimit,
  withAllowance,
  type LimitAnswer,
  type LimitRequest,
  type LimitState,
} from './limit-model.ts'

/** The algorithm of `src/limit/gcra-lua.ts`, written once more as pure functions. */
export interface GcraState extends LimitState {
  readonly arrival: number
  readonly step: number
  /** Both as they were before the newest grant. */
  readonly arrivalBefore: number
  readonly lastBefore: number
  readonly newest: string
}

export const emptyGcra: GcraState = {
  ...emptyLimit,
  step: 0,
  arrival: 0,
  arrivalBefore: 0,
  lastBefore: 0,
  newest: '',
}

export function reserveInGcra(before: GcraState, at: number, request: LimitRequest): LimitAnswer<GcraState> {
  const { id, cost, limit, waitMax } = request
  const { state: allowed, spacing } = withAllowance(before, at, request)
  const burst = Math.min(request.burst, limit)
  const step = Math.ceil(spacing / (limit - burst + 1))
  const longer = burst * Math.max(0, step - before.step)
  const state = {
    ...allowed,
    step,
    arrival: before.arrival + longer,
    arrivalBefore: before.arrivalBefore + longer,
  }
  const start = Math.max(at, state.pausedUntil, state.last, state.arrival + (cost - burst) * step)
  if (start - at > waitMax) return { state, granted: false, start }
  const arrival = Math.max(start, state.arrival) + cost * step
  const newest = { arrivalBefore: state.arrival, lastBefore: state.last, newest: id }
  return { state: { ...state, ...newest, arrival, last: start }, granted: true, start }
}

export function giveBackToGcra(state: GcraState, id: string): GcraState {
  if (state.newest !== id) return state
  return { ...state, arrival: state.arrivalBefore, last: state.lastBefore }
}

export function pauseGcra(before: GcraState, at: number, ends: number): GcraState {
  const { state, shift } = pauseLimit(before, at, ends)
  return {
    ...state,
    arrival: state.arrival + shift,
    arrivalBefore: state.arrivalBefore + shift,
    lastBefore: moved(state.lastBefore, at, shift),
  }
}
