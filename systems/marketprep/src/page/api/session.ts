import { useSyncExternalStore } from 'react'
import type { Vendor } from '../../contract/account.ts'
import type { Level } from '../look/look.ts'
import { ApiClient } from './client.ts'

export interface SessionState {
  /** `starting` until the first refresh has been answered. */
  readonly phase: 'starting' | 'out' | 'in'
  readonly vendor: Vendor | null
  readonly level: Level
}

let state: SessionState = { phase: 'starting', vendor: null, level: 'unknown' }
const watchers = new Set<() => void>()

function change(next: Partial<SessionState>): void {
  state = { ...state, ...next }
  for (const watcher of watchers) watcher()
}

const levels: readonly string[] = ['full', 'degraded', 'minimal', 'unavailable'] satisfies Level[]
const isLevel = (value: string): value is Level => levels.includes(value)

export const api = new ApiClient({
  onSession: (session) =>
    change(session === null ? { phase: 'out', vendor: null } : { phase: 'in', vendor: session.vendor }),
  onLevel: (level) => {
    if (isLevel(level) && level !== state.level) change({ level })
  },
})

export function useSession(): SessionState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => state,
  )
}
