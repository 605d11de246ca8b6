import { useEffect, useReducer, useRef } from 'react'
import type { ImportMode } from '../../contract/sales.ts'
import { endpoints } from '../api/endpoints.ts'
import { asProblem } from '../api/problem.ts'
import { nextStep, type ImportStep } from './import-step.ts'

export interface Import {
  readonly step: ImportStep
  check(file: File): void
  /** Takes the good rows of the checked file; all of them when none failed. */
  take(): void
  refuse(): void
  again(): void
  /** Stops an upload on its way. */
  stop(): void
}

/** @param venueId where all of the file was sold; undefined when each row names its venue */
export function useImport(venueId: string | undefined, onTaken: () => void): Import {
  const [step, tell] = useReducer(nextStep, { name: 'choose' })
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(new Error('The page was left')), [])

  const send = async (mode: ImportMode, file: File) => {
    const controller = new AbortController()
    running.current = controller
    try {
      const report = await endpoints.importSales(mode, venueId, {
        file,
        signal: controller.signal,
        onProgress: (percent) => tell({ name: 'sent', percent }),
      })
      tell({ name: 'reported', report })
      if (report.applied) onTaken()
    } catch (thrown) {
      tell({ name: 'failed', problem: asProblem(thrown) })
      if (controller.signal.aborted) tell({ name: 'again' })
    }
  }
  return {
    step,
    check(file) {
      tell({ name: 'chosen', file })
      void send('check', file)
    },
    take() {
      if (step.name !== 'checked') return
      tell({ name: 'take' })
      void send(step.report.rowsFailed === 0 ? 'all' : 'good', step.file)
    },
    refuse: () => tell({ name: 'refuse' }),
    again: () => tell({ name: 'again' }),
    stop: () => running.current?.abort(new Error('Stopped')),
  }
}
