import { useEffect, useState } from 'react'
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import { endpoints, type Place } from '../api/endpoints.ts'
import { useQuery } from '../api/use-query.ts'
import { browserClock, Failure, TextInput } from '../look/look.ts'

const settleMs = 300
const lettersMin = 2

/** What was typed last, once typing has paused. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => browserClock.schedule(settleMs, () => setSettled(value)), [value])
  return settled
}

const keyOf = ({ latitude, longitude }: Place): string => `${latitude} ${longitude}`

export interface PlaceFinderProps {
  readonly searched: string
  readonly place: Place | null
  readonly error: string | undefined
  readonly onSearch: (searched: string) => void
  readonly onChoose: (place: Place) => void
}

/** Finds a town by name; choosing it gives coordinates and time zone. */
export function PlaceFinder({ searched, place, error, onSearch, onChoose }: PlaceFinderProps) {
  const name = useSettled(searched.trim())
  const query = useQuery(name.length < lettersMin ? null : name, (signal) => endpoints.places(name, signal))
  const places = name.length < lettersMin ? [] : (query.value?.items ?? [])
  const isNothing = query.value !== undefined && query.valueKey === name && places.length === 0
  return (
    <div className="stack-tight">
      <TextInput
        label="Town"
        name="town"
        value={searched}
        error={error}
        help={
          isNothing
            ? 'No town of that name: try a larger one nearby'
            : 'The weather and the time zone come from it'
        }
        onChange={onSearch}
      />
      {query.problem === undefined ? null : (
        <Failure
          title={`Cannot look up towns: ${query.problem.title}`}
          detail={query.problem.detail}
          correlationId={query.problem.correlationId}
          onRetry={query.reload}
        />
      )}
      {places.length === 0 ? null : (
        <RadioGroup
          className="places"
          value={place === null ? null : keyOf(place)}
          onChange={(key) => {
            const found = places.find((each) => keyOf(each) === key)
            if (found !== undefined) onChoose(found)
          }}
        >
          <Label className="unseen">Towns found</Label>
          {places.map((each) => (
            <Radio key={keyOf(each)} value={keyOf(each)} className="place">
              <span>{each.name}</span>
              <span className="soft">{each.region}</span>
            </Radio>
          ))}
        </RadioGroup>
      )}
    </div>
  )
}
