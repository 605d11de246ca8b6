import type { LimitForm } from '../../src/limit/limit-scripts.ts'
import { emptyGcra, giveBackToGcra, pauseGcra, reserveInGcra, type GcraState } from './gcra-model.ts'
import type { LimitAnswer, LimitRequest, LimitState } from './limit-model.ts'
import {
  emptyWindow,
  giveBackToWindow,
  pauseWindow,
  reserveInWindow,
  type WindowState,
} from './window-model.ts'

/** One of the forms of a shared limit. */
export interface LimitModel<State extends LimitState> {
  readonly form: LimitForm
  readonly empty: State
  reserve(state: State, at: number, request: LimitRequest): LimitAnswer<State>
  giveBack(state: State, at: number, grant: { readonly id: string; readonly cost: number }): State
  pauseUntil(state: State, at: number, ends: number): State
  /** All units by name and start, and those among them whose place was given back; for `gcra` none are kept. */
  unitsOf(state: State): { readonly all: readonly unknown[]; readonly spare: readonly unknown[] }
}

export const windowModel: LimitModel<WindowState> = {
  form: 'window',
  empty: emptyWindow,
  reserve: reserveInWindow,
  giveBack: (state, at, { id, cost }) => giveBackToWindow(state, at, id, cost),
  pauseUntil: pauseWindow,
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
  pauseUntil: pauseGcra,
  unitsOf: () => ({ all: [], spare: [] }),
}
