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

/** The next step of an import. An event that does not fit the step changes nothing. */
export function nextStep(step: ImportStep, event: ImportEvent): ImportStep {
  switch (event.name) {
    case 'chosen': {
      const isBusy = step.name === 'checking' || step.name === 'taking'
      return isBusy ? step : { name: 'checking', file: event.file, percent: 0 }
    }
    case 'sent':
      return step.name === 'checking' || step.name === 'taking' ? { ...step, percent: event.percent } : step
    case 'reported':
      if (step.name === 'checking') return { name: 'checked', file: step.file, report: event.report }
      if (step.name !== 'taking') return step
      return { name: event.report.applied ? 'taken' : 'checked', file: step.file, report: event.report }
    case 'take':
      return step.name === 'checked' ? { ...step, name: 'taking', percent: 0 } : step
    case 'refuse':
      return step.name === 'checked'
        ? {
            name: 'choose',
            note: `Nothing of ${step.file.name} was taken. Mend the rows and choose the file again.`,
          }
        : step
    case 'failed':
      return step.name === 'checking' || step.name === 'taking'
        ? {
            name: 'failed',
            file: step.file,
            problem: event.problem,
            ...(step.name === 'taking' ? { report: step.report } : {}),
          }
        : step
    case 'again':
      return step.name === 'taken' || step.name === 'failed' ? { name: 'choose' } : step
  }
}
