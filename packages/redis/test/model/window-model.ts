/**
 * The sliding window of `src/limit/window-lua.ts`, written once more as pure functions on plain data. Times are whole
 * microseconds on the clock of the limit.
 */

export interface Unit {
  readonly id: string
  readonly start: number
  /** Its place was given back. */
  readonly isSpare: boolean
}

export interface WindowState {
  /** In the order of their starts, and of their names where those are equal. */
  readonly units: readonly Unit[]
  readonly pausedUntil: number
  readonly moved: number
  readonly movedAt: number
}

export const emptyWindow: WindowState = { units: [], pausedUntil: 0, moved: 0, movedAt: 0 }

export interface WindowRequest {
  readonly id: string
  readonly cost: number
  readonly limit: number
  readonly spacing: number
  readonly waitMax: number
  readonly queueMax: number
}

export interface WindowAnswer {
  readonly state: WindowState
  readonly granted: boolean
  readonly start: number
}

export function reserveInWindow(state: WindowState, at: number, request: WindowRequest): WindowAnswer {
  const { cost, spacing, waitMax, queueMax } = request
  const units = state.units.filter(
    ({ start, isSpare }) => (isSpare ? start >= at : true) && start > at - spacing,
  )
  const cleaned = { ...state, units }
  const taken = spareUnits(units, cost)
  const start = taken[0]?.start ?? behindAll(cleaned, at, request)
  const waiting = units.filter((unit) => unit.start > at).length
  const fits = taken.length > 0 || start === at || waiting + cost <= queueMax
  if (!fits || start - at > waitMax) return { state: cleaned, granted: false, start }
  const added = unitNames(request.id, cost).map((id) => ({ id, start, isSpare: false }))
  const left = units.filter((unit) => !taken.includes(unit))
  return { state: { ...state, units: sorted([...left, ...added]) }, granted: true, start }
}

export function giveBackToWindow(state: WindowState, at: number, id: string, cost: number): WindowState {
  const names = new Set(unitNames(id, cost))
  const units = state.units.flatMap((unit) => {
    if (!names.has(unit.id)) return [unit]
    return unit.start > at ? [{ ...unit, isSpare: true }] : []
  })
  while (units.at(-1)?.isSpare === true) units.pop()
  return { ...state, units }
}

export function pauseWindow(state: WindowState, at: number, length: number): WindowState {
  const ends = at + length
  if (ends <= state.pausedUntil) return state
  const first = state.units.find(({ start }) => start > at)
  if (first === undefined || first.start >= ends) return { ...state, pausedUntil: ends }
  const shift = ends - first.start
  const units = state.units.map((unit) => (unit.start > at ? { ...unit, start: unit.start + shift } : unit))
  return { units, pausedUntil: ends, moved: state.moved + shift, movedAt: at }
}

export function unitNames(id: string, cost: number): readonly string[] {
  return Array.from({ length: cost }, (_, i) => (i === 0 ? id : `${id}/${i + 1}`))
}

/** The earliest places of one moment that were given back, as many as needed, or none. */
function spareUnits(units: readonly Unit[], cost: number): readonly Unit[] {
  const spare = units.filter(({ isSpare }) => isSpare)
  for (let first = 0; first + cost <= spare.length; first++) {
    if (spare[first]?.start === spare[first + cost - 1]?.start) return spare.slice(first, first + cost)
  }
  return []
}

function behindAll({ units, pausedUntil }: WindowState, at: number, request: WindowRequest): number {
  const spanAgo = units[units.length + request.cost - 1 - request.limit]
  return Math.max(
    at,
    pausedUntil,
    units.at(-1)?.start ?? 0,
    spanAgo === undefined ? 0 : spanAgo.start + request.spacing,
  )
}

function sorted(units: readonly Unit[]): readonly Unit[] {
  return units.toSorted((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
}
