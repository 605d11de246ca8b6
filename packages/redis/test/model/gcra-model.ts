/** The algorithm of `src/limit/gcra-lua.ts`, written once more as pure functions. Times are whole microseconds. */
export interface GcraState {
  readonly arrival: number
  readonly last: number
  /** Both as they were before the newest grant. */
  readonly arrivalBefore: number
  readonly lastBefore: number
  readonly newest: string
  readonly pausedUntil: number
  readonly moved: number
}

export const emptyGcra: GcraState = {
  arrival: 0,
  last: 0,
  arrivalBefore: 0,
  lastBefore: 0,
  newest: '',
  pausedUntil: 0,
  moved: 0,
}

export interface GcraRequest {
  readonly id: string
  readonly cost: number
  readonly limit: number
  readonly spacing: number
  readonly waitMax: number
  readonly burst: number
}

export interface GcraAnswer {
  readonly state: GcraState
  readonly granted: boolean
  readonly start: number
}

export function reserveInGcra(state: GcraState, at: number, request: GcraRequest): GcraAnswer {
  const { id, cost, limit, spacing, waitMax } = request
  const burst = Math.min(request.burst, limit)
  const step = Math.ceil(spacing / (limit - burst + 1))
  const start = Math.max(at, state.pausedUntil, state.last, state.arrival + (cost - burst) * step)
  if (start - at > waitMax) return { state, granted: false, start }
  const arrival = Math.max(start, state.arrival) + cost * step
  return {
    state: {
      ...state,
      arrival,
      last: start,
      arrivalBefore: state.arrival,
      lastBefore: state.last,
      newest: id,
    },
    granted: true,
    start,
  }
}

export function giveBackToGcra(state: GcraState, id: string): GcraState {
  if (state.newest !== id) return state
  return { ...state, arrival: state.arrivalBefore, last: state.lastBefore }
}

export function pauseGcra(state: GcraState, at: number, length: number): GcraState {
  const ends = at + length
  if (ends <= state.pausedUntil) return state
  if (state.last <= at) return { ...state, pausedUntil: ends }
  return {
    ...state,
    pausedUntil: ends,
    moved: state.moved + length,
    arrival: state.arrival + length,
    last: state.last + length,
    arrivalBefore: state.arrivalBefore + length,
    lastBefore: state.lastBefore > at ? state.lastBefore + length : state.lastBefore,
  }
}
