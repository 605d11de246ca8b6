import { useState } from 'react'
import { Link } from 'wouter'
import type { Venue } from '../../contract/catalogue.ts'
import { buttonClass, Choice, EmptyState } from '../look/look.ts'
import { ImportSteps } from './import-steps.tsx'
import { useImport } from './use-import.ts'

export interface ImportPanelProps {
  readonly venues: readonly Venue[]
  readonly onTaken: () => void
}

/** Sales from a file, for one venue. */
export function ImportPanel({ venues, onTaken }: ImportPanelProps) {
  if (venues.length === 0) {
    return (
      <EmptyState
        title="Sales belong to a venue"
        action={
          <Link href="/set-up" className={buttonClass('primary')}>
            Add a venue
          </Link>
        }
      >
        Say where you sell first; then a file of sales can be imported for it.
      </EmptyState>
    )
  }
  return <ImportForVenues venues={venues} onTaken={onTaken} />
}

/** An export of several markets names each in its column "Location". */
const asTheFileSays = { id: 'location', name: "Each row's Location" }

function ImportForVenues({ venues, onTaken }: ImportPanelProps) {
  const [only, ...others] = venues
  const options = others.length === 0 ? venues : [asTheFileSays, ...venues]
  const [chosenId, setChosenId] = useState(others.length === 0 ? only?.id : asTheFileSays.id)
  const flow = useImport(chosenId === asTheFileSays.id ? undefined : chosenId, onTaken)
  const where = options.find(({ id }) => id === chosenId)?.name ?? ''
  return (
    <div className="stack">
      {others.length > 0 && flow.step.name === 'choose' ? (
        <div className="narrow">
          <Choice label="Sold at" options={options} value={chosenId ?? ''} onChange={setChosenId} />
        </div>
      ) : null}
      {flow.step.name === 'checked' ? <p className="soft">Sold at: {where}</p> : null}
      <ImportSteps flow={flow} />
    </div>
  )
}
