import { Label } from 'react-aria-components/Label'
import { ProgressBar } from 'react-aria-components/ProgressBar'

export interface ProgressLineProps {
  readonly label: string
  /** 0 to 100; undefined when how much remains is not known. */
  readonly percent?: number | undefined
  readonly note?: string
}

export function ProgressLine({ label, percent, note }: ProgressLineProps) {
  const known = percent !== undefined
  return (
    <ProgressBar className="progress" isIndeterminate={!known} {...(known ? { value: percent } : {})}>
      <div className="progress-line">
        <Label className="label">{label}</Label>
        <span className="soft small">{note ?? (known ? `${Math.round(percent)} %` : '')}</span>
      </div>
      <svg aria-hidden="true">
        <rect height="6" width={`${known ? percent : 35}%`} rx="3" />
      </svg>
    </ProgressBar>
  )
}
