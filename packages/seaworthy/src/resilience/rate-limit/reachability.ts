/**
 * Whether a store can be reached, as a pure state machine: after a failure it is left alone for a while, then one caller
 * finds out for all.
 */
export type Reachability =
  | { readonly kind: 'reachable' }
  | {
      readonly kind: 'unreachable'
      /** When it is asked again. */
      readonly askAgainMs: number
      /** Whether somebody finds out now. */
      readonly isAsked: boolean
    }

export const reachable: Reachability = Object.freeze({ kind: 'reachable' })

export function unreachable(nowMs: number, retryMs: number): Reachability {
  return { kind: 'unreachable', askAgainMs: nowMs + retryMs, isAsked: false }
}

/** Somebody asks it: it is known `answerMs` from now at the latest, and nobody else is to ask before that. */
export function findingOut(nowMs: number, answerMs: number): Reachability {
  return { kind: 'unreachable', askAgainMs: nowMs + answerMs, isAsked: true }
}

/** Whether a caller may ask now. When it finds out for all, the state after that keeps the others away meanwhile. */
export function mayAsk(state: Reachability, nowMs: number): boolean {
  return state.kind === 'reachable' || nowMs >= state.askAgainMs
}
