import type { ImportReport } from '../../contract/sales.ts'
import type { ApiProblem } from '../api/problem.ts'

/** Where an import stands. Nothing is stored before `taken`. */
export type ImportStep =
  | { readonly name: 'choose'; readonly note?: string }
  | { readonly name: 'checking'; readonly file: File; readonly percent: number }
  | { readonly name: 'checked'; readonly file: File; readonly report: ImportReport }
  | { readonly name: 'taking'; readonly file: File; readonly report: ImportReport; readonly percent: number }
  | { readonly name: 'taken'; readonly file: File; readonly report: ImportReport }
  | {
      readonly name: 'failed'
      readonly file: File
      readonly problem: ApiProblem
      readonly report?: ImportReport
    }

export type ImportEvent =
  | { readonly name: 'chosen'; readonly file: File }
  | { readonly name: 'sent'; readonly percent: number }
  | { readonly name: 'reported'; readonly report: ImportReport }
  | { readonly name: 'take' }
  | { readonly name: 'refuse' }
  | { readonly name: 'failed'; readonly problem: ApiProblem }
  | { readonly name: 'again' }

const sizeMaxBytes = 100 * 1024 * 1024

/** Why a file is not even sent; undefined when it may be. */
export function refusedFile(file: { readonly name: string; readonly size: number }): string | undefined {
  if (!/\.csv$/i.test(file.name))
    return `${file.name} is not a CSV file: export "Item sales" as CSV and choose that`
  if (file.size === 0) return `${file.name} is empty: export it again`
  if (file.size > sizeMaxBytes) return `${file.name} is larger than 100 MB: export a shorter time`
  return undefined
}

type Moves = {
  readonly [Name in ImportEvent['name']]: (
    step: ImportStep,
    event: Extract<ImportEvent, { readonly name: Name }>,
  ) => ImportStep
}

const isSending = (step: ImportStep): step is Extract<ImportStep, { readonly percent: number }> =>
  step.name === 'checking' || step.name === 'taking'

function reported(step: ImportStep, report: ImportReport): ImportStep {
  if (!isSending(step)) return step
  const isTaken = step.name === 'taking' && report.applied
  return { name: isTaken ? 'taken' : 'checked', file: step.file, report }
}

const moves: Moves = {
  chosen: (step, { file }) => (isSending(step) ? step : { name: 'checking', file, percent: 0 }),
  sent: (step, { percent }) => (isSending(step) ? { ...step, percent } : step),
  reported: (step, { report }) => reported(step, report),
  take: (step) => (step.name === 'checked' ? { ...step, name: 'taking', percent: 0 } : step),
  refuse: (step) =>
    step.name === 'checked'
      ? {
          name: 'choose',
          note: `Nothing of ${step.file.name} was taken. Mend the rows and choose the file again.`,
        }
      : step,
  failed: (step, { problem }) => (isSending(step) ? { name: 'failed', file: step.file, problem } : step),
  again: (step) => (step.name === 'taken' || step.name === 'failed' ? { name: 'choose' } : step),
}

/** The next step of an import. An event that does not fit the step changes nothing. */
export function nextStep(step: ImportStep, event: ImportEvent): ImportStep {
  const move = moves[event.name] as (step: ImportStep, event: ImportEvent) => ImportStep
  return move(step, event)
}
