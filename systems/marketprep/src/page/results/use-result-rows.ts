import { useState } from 'react'
import type { Recommendation } from '../../contract/recommendation.ts'
import { useDraft } from '../api/draft.ts'
import { endpoints } from '../api/endpoints.ts'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import { amountOf } from '../shell/words.ts'
import { checkResult, isFilled, type ResultErrors, type ResultRow } from './check-result.ts'

export interface RowState {
  readonly row: ResultRow
  readonly errors: ResultErrors
  readonly problem: ApiProblem | undefined
  /** `refused`: it had been reported before, so what was typed here was not taken. */
  readonly standing: 'open' | 'reported' | 'refused'
}

export interface SentRows {
  readonly saved: number
  /** The name of the first field to mend; undefined when nothing is left to mend. */
  readonly toMend: string | undefined
}

export interface ResultRows {
  readonly rowOf: (item: Recommendation) => RowState
  readonly change: (item: Recommendation, part: Partial<ResultRow>) => void
  /** Sends every filled row. Nothing is sent while one of them has an error. */
  readonly send: () => Promise<SentRows>
  readonly isSending: boolean
  readonly filled: number
}

const noRows: Readonly<Record<string, ResultRow>> = {}
const alreadyGiven = 409

const initial = (item: Recommendation): ResultRow => ({
  brought: String(item.quantity),
  sold: '',
  price: amountOf(item.priceCents),
  rating: null,
})

/**
 * The rows of one market day's report, kept as a draft until they are saved. The draft goes by product, so that it
 * outlives a list that was worked out anew.
 */
export function useResultRows(draftKey: string, items: readonly Recommendation[]): ResultRows {
  const draft = useDraft(draftKey, noRows)
  const [errors, setErrors] = useState<Readonly<Record<string, ResultErrors>>>({})
  const [problems, setProblems] = useState<Readonly<Record<string, ApiProblem>>>({})
  const [done, setDone] = useState<ReadonlyMap<string, 'reported' | 'refused'>>(new Map())
  const [isSending, setIsSending] = useState(false)

  const rowFor = (item: Recommendation): ResultRow => draft.value[item.productId] ?? initial(item)
  const isOpen = (item: Recommendation) => !item.feedbackGiven && !done.has(item.id)
  const filledItems = items.filter((item) => isOpen(item) && isFilled(rowFor(item)))

  const close = ({ id: doneId, productId }: Recommendation, as: 'reported' | 'refused') => {
    setDone((previous) => new Map(previous).set(doneId, as))
    draft.change((rows) => Object.fromEntries(Object.entries(rows).filter(([id]) => id !== productId)))
  }

  const send = async (): Promise<SentRows> => {
    const checked = filledItems.map((item) => ({ item, result: checkResult(item.id, rowFor(item)) }))
    const wrong = checked.flatMap(({ item, result }) =>
      result.isGood ? [] : [[item.id, result.errors] as const],
    )
    setErrors(Object.fromEntries(wrong))
    setProblems({})
    const firstWrong = wrong[0]
    if (firstWrong !== undefined)
      return { saved: 0, toMend: `${Object.keys(firstWrong[1])[0]}-${firstWrong[0]}` }
    setIsSending(true)
    let saved = 0
    const failed: Record<string, ApiProblem> = {}
    for (const { item, result } of checked) {
      if (!result.isGood) continue
      try {
        await endpoints.giveFeedback(result.body)
        close(item, 'reported')
        saved++
      } catch (thrown) {
        const problem = asProblem(thrown)
        if (problem.status === alreadyGiven) close(item, 'refused')
        else failed[item.id] = problem
      }
    }
    setProblems(failed)
    setIsSending(false)
    const firstFailed = Object.keys(failed)[0]
    return { saved, toMend: firstFailed === undefined ? undefined : `sold-${firstFailed}` }
  }

  return {
    rowOf: (item) => ({
      row: rowFor(item),
      errors: errors[item.id] ?? {},
      problem: problems[item.id],
      standing: done.get(item.id) ?? (item.feedbackGiven ? 'reported' : 'open'),
    }),
    change: (item, part) =>
      draft.change((rows) => ({
        ...rows,
        [item.productId]: { ...(rows[item.productId] ?? initial(item)), ...part },
      })),
    send,
    isSending,
    filled: filledItems.length,
  }
}
