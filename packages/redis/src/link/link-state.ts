/**
 * Whether Redis is used now, as a pure state machine: no sockets, no timers. After a failure nobody waits for Redis until
 * a connection in the background, tried after growing waits with jitter, has succeeded. The waits start again from the
 * shortest only when a command was answered, so that a server that connects but cannot serve is not tried more often.
 */

interface Since {
  /** Milliseconds on the monotonic clock. */
  readonly sinceMs: number
}

export type LinkState =
  | (Since & {
      readonly kind: 'connecting'
      /** The how manieth attempt it is since the last answer, from 1. */
      readonly attempt: number
      /** What ended the last attempt or connection. */
      readonly cause?: unknown
    })
  | (Since & {
      readonly kind: 'ready'
      /** The attempt that succeeded; 0 once a command was answered. */
      readonly attempt: number
    })
  | (Since & {
      readonly kind: 'away'
      readonly attempt: number
      /** When the next attempt begins. */
      readonly untilMs: number
      readonly cause: unknown
    })
  | (Since & { readonly kind: 'closed' })

export type LinkEvent =
  /** A connection is there and its subscriptions are made. */
  | { readonly type: 'opened'; readonly nowMs: number }
  /** A command was answered. */
  | { readonly type: 'answered'; readonly nowMs: number }
  /** The attempt, or the connection, failed. `jitter` is from 0 up to, not including, 1. */
  | { readonly type: 'failed'; readonly nowMs: number; readonly cause: unknown; readonly jitter: number }
  /** The wait is over. */
  | { readonly type: 'due'; readonly nowMs: number }
  | { readonly type: 'close'; readonly nowMs: number }

export interface LinkTiming {
  /** The wait after the first failure; each further one doubles it. */
  readonly reconnectMinMs: number
  readonly reconnectMaxMs: number
}

export function initialLinkState(nowMs: number): LinkState {
  return { kind: 'connecting', sinceMs: nowMs, attempt: 1 }
}

/** The state after an event; the same object when the event changes nothing. */
export function nextLinkState(state: LinkState, event: LinkEvent, timing: LinkTiming): LinkState {
  if (state.kind === 'closed') return state
  switch (event.type) {
    case 'opened':
      return state.kind === 'connecting'
        ? { kind: 'ready', sinceMs: event.nowMs, attempt: state.attempt }
        : state
    case 'answered':
      return state.kind === 'ready' && state.attempt > 0 ? { ...state, attempt: 0 } : state
    case 'failed':
      return state.kind === 'away' ? state : away(state.attempt, event, timing)
    case 'due':
      return state.kind === 'away' && event.nowMs >= state.untilMs
        ? { kind: 'connecting', sinceMs: event.nowMs, attempt: state.attempt + 1, cause: state.cause }
        : state
    case 'close':
      return { kind: 'closed', sinceMs: event.nowMs }
  }
}

/** Half of the wait is fixed and half is random, so that instances that lost Redis together do not come back together. */
function away(
  attempt: number,
  event: { readonly nowMs: number; readonly cause: unknown; readonly jitter: number },
  { reconnectMinMs, reconnectMaxMs }: LinkTiming,
): LinkState {
  const waitMs = Math.min(reconnectMinMs * 2 ** Math.max(0, attempt - 1), reconnectMaxMs)
  return {
    kind: 'away',
    sinceMs: event.nowMs,
    attempt,
    untilMs: event.nowMs + waitMs * (0.5 + event.jitter / 2),
    cause: event.cause,
  }
}
