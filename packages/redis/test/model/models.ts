import type { LimitForm } from '../../src/limit/limit-scripts.ts'
import { emptyGcra, giveBackToGcra, pauseGcra, reserveInGcra, type GcraState } from './gcra-model.ts'
import {
  emptyWindow,
  giveBackToWindow,
  pauseWindow,
  reserveInWindow,
  type WindowState,
} from './window-model.ts'

export interface ModelRequest {
  readonly id: string
  readonly cost: number
  readonly limit: number
  readonly spacing: number
  readonly waitMax: number
  readonly queueMax: number
  readonly burst: number
}

/** What both models have in common. */
export interface LimitModel<State extends WindowState | GcraState> {
  readonly form: LimitForm
  readonly empty: State
  reserve(
    state: State,
    at: number,
    request: ModelRequest,
  ): { readonly state: State; readonly granted: boolean; readonly start: number }
  giveBack(state: State, at: number, grant: { readonly id: string; readonly cost: number }): State
  pause(state: State, at: number, length: number): State
  /** All units by name and start, and those among them whose place was given back; for `gcra` none are kept. */
  unitsOf(state: State): { readonly all: readonly unknown[]; readonly spare: readonly unknown[] }
}

export const windowModel: LimitModel<WindowState> = {
  form: 'window',
  empty: emptyWindow,
  reserve: reserveInWindow,
  giveBack: (state, at, { id, cost }) => giveBackToWindow(state, at, id, cost),
  pause: pauseWindow,
  unitsOf: ({ units }) => ({
    all: units.map(({ id, start }) => [id, start]),
    spare: units.filter(({ isSpare }) => isSpare).map(({ id, start }) => [id, start]),
  }),
}

export const gcraModel: LimitModel<GcraState> = {
  form: 'gcra',
  empty: emptyGcra,
  reserve: reserveInGcra,
  giveBack: (state, _at, { id }) => giveBackToGcra(state, id),
  pause: pauseGcra,
  unitsOf: () => ({ all: [], spare: [] }),
}
