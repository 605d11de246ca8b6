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
  readonly isDone: boolean
}

export interface ResultRows {
  readonly rowOf: (item: Recommendation) => RowState
  readonly change: (item: Recommendation, part: Partial<ResultRow>) => void
  /** Sends every filled row; gives the name of the first field to mend, undefined when all went. */
  readonly send: () => Promise<string | undefined>
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
  const [done, setDone] = useState<ReadonlySet<string>>(new Set())
  const [isSending, setIsSending] = useState(false)

  const rowFor = (item: Recommendation): ResultRow => draft.value[item.productId] ?? initial(item)
  const isOpen = (item: Recommendation) => !item.feedbackGiven && !done.has(item.id)
  const filledItems = items.filter((item) => isOpen(item) && isFilled(rowFor(item)))

  const forget = ({ id: doneId, productId }: Recommendation) => {
    setDone((previous) => new Set(previous).add(doneId))
    draft.change((rows) => Object.fromEntries(Object.entries(rows).filter(([id]) => id !== productId)))
  }

  const send = async (): Promise<string | undefined> => {
    const checked = filledItems.map((item) => ({ item, result: checkResult(item.id, rowFor(item)) }))
    const wrong = checked.flatMap(({ item, result }) =>
      result.isGood ? [] : [[item.id, result.errors] as const],
    )
    setErrors(Object.fromEntries(wrong))
    setProblems({})
    const firstWrong = wrong[0]
    if (firstWrong !== undefined) return `${Object.keys(firstWrong[1])[0]}-${firstWrong[0]}`
    setIsSending(true)
    const failed: Record<string, ApiProblem> = {}
    for (const { item, result } of checked) {
      if (!result.isGood) continue
      try {
        await endpoints.giveFeedback(result.body)
        forget(item)
      } catch (thrown) {
        const problem = asProblem(thrown)
        if (problem.status === alreadyGiven) forget(item)
        else failed[item.id] = problem
      }
    }
    setProblems(failed)
    setIsSending(false)
    const firstFailed = Object.keys(failed)[0]
    return firstFailed === undefined ? undefined : `sold-${firstFailed}`
  }

  return {
    rowOf: (item) => ({
      row: rowFor(item),
      errors: errors[item.id] ?? {},
      problem: problems[item.id],
      isDone: !isOpen(item),
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
