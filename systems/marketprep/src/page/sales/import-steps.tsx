import { Link } from 'wouter'
import type { ImportReport } from '../../contract/sales.ts'
import { Banner, Button, buttonClass, Failure, ProgressLine } from '../look/look.ts'
import { counted } from '../shell/words.ts'
import { ChooseFile } from './choose-file.tsx'
import { Failures, newRows, reportSentence } from './import-report.tsx'
import { type ImportStep } from './import-step.ts'
import { type Import } from './use-import.ts'

type Step<Name extends ImportStep['name']> = Extract<ImportStep, { readonly name: Name }>

function Sending({
  step,
  onStop,
}: {
  readonly step: Step<'checking' | 'taking'>
  readonly onStop: () => void
}) {
  const isSent = step.percent >= 100
  const does = step.name === 'checking' ? 'Checking' : 'Taking the rows of'
  return (
    <div className="card stack">
      <ProgressLine
        label={isSent ? `${does} ${step.file.name}` : `Sending ${step.file.name}`}
        percent={isSent ? undefined : step.percent}
      />
      <div>
        <Button onPress={onStop}>Stop</Button>
      </div>
    </div>
  )
}

function takeWords(report: ImportReport): string {
  if (newRows(report) === 0) return 'Import again'
  return report.rowsFailed === 0 && report.rowsKnown === 0
    ? `Import ${counted(report.rowsGood, 'row')}`
    : `Import the ${counted(newRows(report), report.rowsKnown === 0 ? 'good row' : 'new row')}`
}

function Checked({ step, flow }: { readonly step: Step<'checked'>; readonly flow: Import }) {
  const { report, file } = step
  const { rowsFailed, rowsGood } = report
  return (
    <div className="card stack">
      <div className="stack-tight">
        <h3>{file.name}: nothing taken yet</h3>
        <p>{reportSentence(report)}</p>
        {rowsFailed === 0 ? null : (
          <p>
            {counted(rowsFailed, 'row')} cannot be taken. Import the good ones, or refuse all, mend the file
            and try again.
          </p>
        )}
      </div>
      {rowsFailed === 0 ? null : <Failures failures={report.failures} total={rowsFailed} />}
      <div className="row">
        {rowsGood === 0 ? null : (
          <Button tone={newRows(report) === 0 ? 'plain' : 'primary'} autoFocus onPress={flow.take}>
            {takeWords(report)}
          </Button>
        )}
        <Button onPress={flow.refuse}>Refuse all</Button>
      </div>
    </div>
  )
}

function Taken({ step, flow }: { readonly step: Step<'taken'>; readonly flow: Import }) {
  const { rowsKnown, productsCreated, rowsFailed } = step.report
  const added = newRows(step.report)
  return (
    <Banner level="full" title={`${counted(added, 'row')} imported from ${step.file.name}`} isAlert>
      <p>
        {counted(productsCreated, 'new product')}.
        {rowsKnown === 0 ? '' : ` Here before: ${counted(rowsKnown, 'row')}.`}
        {rowsFailed === 0 ? '' : ` Left out: ${counted(rowsFailed, 'faulty row')}.`} The list for your next
        market day stands on all your sales.
      </p>
      <div className="row">
        <Link href="/" className={buttonClass('primary')}>
          See what to bring
        </Link>
        <Button onPress={flow.again}>Import another file</Button>
      </div>
    </Banner>
  )
}

/** What there is to see and do at each step of an import. */
export function ImportSteps({ flow }: { readonly flow: Import }) {
  const { step } = flow
  switch (step.name) {
    case 'choose':
      return <ChooseFile note={step.note} onFile={flow.check} />
    case 'checking':
    case 'taking':
      return <Sending step={step} onStop={flow.stop} />
    case 'checked':
      return <Checked step={step} flow={flow} />
    case 'taken':
      return <Taken step={step} flow={flow} />
    case 'failed':
      return (
        <Failure
          title={`Cannot import ${step.file.name}: ${step.problem.title}`}
          detail={step.problem.detail}
          stillWorks="Nothing was taken by half: a file is imported as a whole or not at all."
          correlationId={step.problem.correlationId}
          onRetry={flow.again}
        />
      )
  }
}
