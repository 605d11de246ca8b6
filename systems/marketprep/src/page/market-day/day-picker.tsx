import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import type { MarketDay } from '../../contract/recommendation.ts'
import { Choice } from '../look/look.ts'
import { shortDay } from '../shell/words.ts'

export interface DayPickerProps {
  readonly days: readonly MarketDay[]
  readonly chosen: MarketDay
  readonly onChange: (day: MarketDay) => void
}

function venuesOf(days: readonly MarketDay[]): readonly { readonly id: string; readonly name: string }[] {
  return [
    ...new Map(days.map(({ venueId, venueName }) => [venueId, { id: venueId, name: venueName }])).values(),
  ]
}

/** First where, then which of its days. */
export function DayPicker({ days, chosen, onChange }: DayPickerProps) {
  const venues = venuesOf(days)
  const here = days.filter(({ venueId }) => venueId === chosen.venueId)
  const change = (found: MarketDay | undefined) => {
    if (found !== undefined) onChange(found)
  }
  return (
    <div className="picker no-print">
      {venues.length === 1 ? null : (
        <Choice
          label="Venue"
          options={venues}
          value={chosen.venueId}
          onChange={(id) => change(days.find(({ venueId }) => venueId === id))}
        />
      )}
      <RadioGroup
        className="field"
        orientation="horizontal"
        value={chosen.date}
        onChange={(date) => change(here.find((day) => day.date === date))}
      >
        <Label className="label">Market day</Label>
        <div className="day-strip">
          {here.map(({ date }) => (
            <Radio key={date} value={date} className="check">
              {shortDay(date)}
            </Radio>
          ))}
        </div>
      </RadioGroup>
    </div>
  )
}
