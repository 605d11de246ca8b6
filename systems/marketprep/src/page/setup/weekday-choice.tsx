import { Checkbox } from 'react-aria-components/Checkbox'
import { CheckboxGroup } from 'react-aria-components/CheckboxGroup'
import { FieldError } from 'react-aria-components/FieldError'
import { Label } from 'react-aria-components/Label'
import { weekdays } from './venue-fields.ts'

export interface WeekdayChoiceProps {
  readonly value: readonly number[]
  readonly error: string | undefined
  readonly onChange: (days: readonly number[]) => void
}

export function WeekdayChoice({ value, error, onChange }: WeekdayChoiceProps) {
  return (
    <CheckboxGroup
      className="field"
      value={value.map(String)}
      onChange={(days) => onChange(days.map(Number))}
      isInvalid={error !== undefined}
      validationBehavior="aria"
    >
      <Label className="label">Market days</Label>
      <div className="weekdays">
        {weekdays.map(({ day, short, name }) => (
          <Checkbox key={day} value={String(day)} className="check" aria-label={name}>
            {short}
          </Checkbox>
        ))}
      </div>
      <FieldError className="field-error">{error}</FieldError>
    </CheckboxGroup>
  )
}
