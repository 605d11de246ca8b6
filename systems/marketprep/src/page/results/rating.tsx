import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'

export interface RatingProps {
  readonly label: string
  readonly value: number | null
  readonly onChange: (value: number) => void
}

/** 1 to 5. */
export function Rating({ label, value, onChange }: RatingProps) {
  return (
    <RadioGroup
      className="rating"
      orientation="horizontal"
      value={value === null ? null : String(value)}
      onChange={(chosen) => onChange(Number(chosen))}
    >
      <Label className="unseen">{label}</Label>
      {['1', '2', '3', '4', '5'].map((step) => (
        <Radio key={step} value={step} className="check">
          {step}
        </Radio>
      ))}
    </RadioGroup>
  )
}
