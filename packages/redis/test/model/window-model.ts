import {
  emptyLimit,
  moved,
  pauseLimit,
  withAllowance,
  type LimitAnswer,
  type LimitRequest,
  type LimitState,
} from './limit-model.ts'

/** The sliding window of `src/limit/window-lua.ts`, written once more as pure functions on plain data. */

export interface Unit {
  readonly id: string
  readonly start: number
  /** Its place was given back. */
  readonly isSpare: boolean
}

export interface WindowState extends LimitState {
  /** In the order of their starts, and of their names where those are equal. */
  readonly units: readonly Unit[]
}

export const emptyWindow: WindowState = { ...emptyLimit, units: [] }

export function reserveInWindow(
  before: WindowState,
  at: number,
  request: LimitRequest,
): LimitAnswer<WindowState> {
  const { cost, waitMax, queueMax } = request
  const { state, spacing, isWider } = withAllowance(before, at, request)
  const units = state.units.filter(({ start, isSpare }) =>
    isSpare ? !isWider && start >= at : start > at - spacing,
  )
  const taken = spareUnits(units, cost)
  const start = taken[0]?.start ?? behindAll({ ...state, units }, { ...request, at, spacing })
  const waiting = units.filter((unit) => unit.start > at).length
  const fits = taken.length > 0 || start === at || waiting + cost <= queueMax
  if (!fits || start - at > waitMax) return { state: { ...state, units }, granted: false, start }
  const added = unitNames(request.id, cost).map((id) => ({ id, start, isSpare: false }))
  const left = units.filter((unit) => !taken.includes(unit))
  const last = Math.max(state.last, start)
  return { state: { ...state, last, units: sorted([...left, ...added]) }, granted: true, start }
}

export function giveBackToWindow(state: WindowState, at: number, id: string, cost: number): WindowState {
  const names = new Set(unitNames(id, cost))
  const units = state.units.flatMap((unit) => {
    if (!names.has(unit.id)) return [unit]
    return unit.start > Math.max(at, state.narrow) ? [{ ...unit, isSpare: true }] : []
  })
  while (units.at(-1)?.isSpare === true) units.pop()
  return { ...state, units }
}

export function pauseWindow(before: WindowState, at: number, ends: number): WindowState {
  const { state, shift } = pauseLimit(before, at, ends)
  return { ...state, units: state.units.map((unit) => ({ ...unit, start: moved(unit.start, at, shift) })) }
}

function unitNames(id: string, cost: number): readonly string[] {
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

function behindAll(
  { units, pausedUntil }: WindowState,
  { at, spacing, cost, limit }: LimitRequest & { readonly at: number; readonly spacing: number },
): number {
  const spanAgo = units[units.length + cost - 1 - limit]
  const open = spanAgo === undefined ? 0 : spanAgo.start + spacing
  return Math.max(at, pausedUntil, units.at(-1)?.start ?? 0, open)
}

function sorted(units: readonly Unit[]): readonly Unit[] {
  return units.toSorted((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
}
