import { useCallback, useEffect, useState } from 'react'
import { asProblem, type ApiProblem } from './problem.ts'

export interface Query<T> {
  /** The last answer; while a new one is on its way, the one before. */
  readonly value: T | undefined
  /** The key that `value` answers. */
  readonly valueKey: string | undefined
  readonly problem: ApiProblem | undefined
  readonly isLoading: boolean
  reload(): void
}

interface Held<T> {
  readonly key: string
  readonly value?: T
  readonly valueKey?: string
  readonly problem?: ApiProblem
}

/**
 * Loads what `key` names, again when the key changes. With a null key nothing is loaded. Only the answer to the newest
 * question counts.
 */
export function useQuery<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Query<T> {
  const [held, setHeld] = useState<Held<T>>()
  const [turn, setTurn] = useState(0)
  const question = key === null ? null : `${turn} ${key}`

  useEffect(() => {
    if (question === null || key === null) return undefined
    const controller = new AbortController()
    const settle = (next: Held<T>) => {
      if (!controller.signal.aborted)
        setHeld((previous) => ({ ...previous, problem: undefined, ...next }) as Held<T>)
    }
    load(controller.signal).then(
      (value) => settle({ key: question, value, valueKey: key }),
      (thrown: unknown) => settle({ key: question, problem: asProblem(thrown) }),
    )
    return () => controller.abort()
    // `load` is a new function at each render; the key stands for everything it depends on.
  }, [question, key])

  const isLoading = question !== null && held?.key !== question
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  return {
    value: held?.value,
    valueKey: held?.valueKey,
    problem: isLoading ? undefined : held?.problem,
    isLoading,
    reload,
  }
}
