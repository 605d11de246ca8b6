import { useEffect, useRef, useSyncExternalStore } from 'react'
import { browserClock } from '../look/look.ts'

export interface KeyBinding {
  /** One key, or two after each other: `g h`. */
  readonly keys: string
  readonly does: string
}

interface Bound extends KeyBinding {
  readonly run: () => void
}

const secondKeyMs = 1_200
let bindings: readonly Bound[] = []
let pending: { readonly key: string; readonly at: number } | undefined
const watchers = new Set<() => void>()

function setBindings(next: readonly Bound[]): void {
  bindings = next
  for (const watcher of watchers) watcher()
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
    return
  const now = browserClock.wallTime()
  const first = pending !== undefined && now - pending.at < secondKeyMs ? `${pending.key} ` : ''
  const found = bindings.findLast(({ keys }) => keys === first + event.key)
  pending = bindings.some(({ keys }) => keys.startsWith(`${event.key} `))
    ? { key: event.key, at: now }
    : undefined
  if (found === undefined) return
  event.preventDefault()
  pending = undefined
  found.run()
}

/** Binds a key while the component is on the page; the last one bound wins. Keys typed into a field are left alone. */
export function useKey(keys: string, does: string, run: () => void): void {
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    const bound: Bound = { keys, does, run: () => latest.current() }
    if (bindings.length === 0) addEventListener('keydown', onKeyDown)
    setBindings([...bindings, bound])
    return () => {
      setBindings(bindings.filter((other) => other !== bound))
      if (bindings.length === 0) removeEventListener('keydown', onKeyDown)
    }
  }, [keys, does])
}

/** The keys that work now. */
export function useKeyBindings(): readonly KeyBinding[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => bindings,
  )
}
