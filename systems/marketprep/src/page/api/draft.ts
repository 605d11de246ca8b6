import { useCallback, useState } from 'react'

const prefix = 'marketprep:draft:'

/** Reads a kept draft; one that is damaged, or of a storage that is shut, counts as none. */
function read<T>(key: string, initial: T): T {
  try {
    const kept = localStorage.getItem(prefix + key)
    return kept === null ? initial : (JSON.parse(kept) as T)
  } catch {
    return initial
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + key)
    else localStorage.setItem(prefix + key, JSON.stringify(value))
  } catch {
    // Storage is full or shut: the draft lives on in memory.
  }
}

export interface Draft<T> {
  readonly value: T
  change(next: (previous: T) => T): void
  /** Forgets the kept copy and starts again from the initial value. */
  clear(): void
}

/** A form's content that outlives a reload. Never for passwords. */
export function useDraft<T>(key: string, initial: T): Draft<T> {
  const [value, setValue] = useState(() => read(key, initial))
  const change = useCallback(
    (next: (previous: T) => T) =>
      setValue((previous) => {
        const changed = next(previous)
        write(key, changed)
        return changed
      }),
    [key],
  )
  const clear = useCallback(() => {
    write(key, undefined)
    setValue(initial)
  }, [key, initial])
  return { value, change, clear }
}
