import { useState } from 'react'
import { Link } from 'wouter'
import type { Venue } from '../../contract/catalogue.ts'
import { Banner, Button, buttonClass } from '../look/look.ts'
import { VenueForm } from './venue-form.tsx'
import { weekdayWords } from './venue-fields.ts'

export interface VenuesProps {
  readonly venues: readonly Venue[]
  readonly onChanged: () => void
}

/** Where the vendor sells. */
export function Venues({ venues, onChanged }: VenuesProps) {
  const [isAdding, setIsAdding] = useState(venues.length === 0)
  const [isAdded, setIsAdded] = useState(false)
  return (
    <div className="stack">
      {venues.length === 0 ? null : (
        <ul className="set-up-list">
          {venues.map(({ id, name, marketWeekdays, timeZone }) => (
            <li key={id}>
              <span className="set-up-name">{name}</span>
              <span className="soft">
                {weekdayWords(marketWeekdays)}, {timeZone.replace(/^.*\//, '').replaceAll('_', ' ')} time
              </span>
            </li>
          ))}
        </ul>
      )}
      {isAdded ? (
        <Banner level="full" title="The venue is there" isAlert>
          <p>Next, bring in what you sold there.</p>
          <div>
            <Link href="/sales" className={buttonClass('primary')}>
              Bring in sales
            </Link>
          </div>
        </Banner>
      ) : null}
      {isAdding ? (
        <VenueForm
          onAdded={() => {
            setIsAdding(false)
            setIsAdded(true)
            onChanged()
          }}
        />
      ) : (
        <div>
          <Button onPress={() => setIsAdding(true)}>Add a venue</Button>
        </div>
      )}
    </div>
  )
}
