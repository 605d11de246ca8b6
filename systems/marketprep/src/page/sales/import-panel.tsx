import { useState } from 'react'
import { Link } from 'wouter'
import type { Venue } from '../../contract/catalogue.ts'
import { buttonClass, Choice, EmptyState } from '../look/index.ts'
import { ImportSteps } from './import-steps.tsx'
import { useImport } from './use-import.ts'

export interface ImportPanelProps {
  readonly venues: readonly Venue[]
  readonly onTaken: () => void
}

/** Sales from a file, for one venue. */
export function ImportPanel({ venues, onTaken }: ImportPanelProps) {
  const first = venues[0]
  if (first === undefined) {
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
  return <ImportForVenue venues={venues} firstId={first.id} onTaken={onTaken} />
}

interface ImportForVenueProps extends ImportPanelProps {
  readonly firstId: string
}

function ImportForVenue({ venues, firstId, onTaken }: ImportForVenueProps) {
  const [venueId, setVenueId] = useState(firstId)
  const flow = useImport(venueId, onTaken)
  return (
    <div className="stack">
      {venues.length > 1 && flow.step.name === 'choose' ? (
        <div className="narrow">
          <Choice label="Sold at" options={venues} value={venueId} onChange={setVenueId} />
        </div>
      ) : null}
      <ImportSteps flow={flow} />
    </div>
  )
}
