/** What a process does about signals that ask it to end. Pure: state in, next state and action out. */

/** A terminal and npm both deliver one Ctrl-C; signals this close together are one. */
export const samePressMs = 1000

export type SignalState =
  | { readonly phase: 'running' }
  | { readonly phase: 'draining'; readonly sinceMs: number }

export type SignalAction = 'drain' | 'ignore' | 'force'

/** The first signal drains, a repetition of it changes nothing, a later one ends the process at once. */
export function onSignal(
  state: SignalState,
  nowMs: number,
): { readonly state: SignalState; readonly action: SignalAction } {
  if (state.phase === 'running') return { state: { phase: 'draining', sinceMs: nowMs }, action: 'drain' }
  return { state, action: nowMs - state.sinceMs < samePressMs ? 'ignore' : 'force' }
}
