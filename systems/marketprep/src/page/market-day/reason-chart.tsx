import { signed, units } from '../shell/words.ts'
import { type ReasonStep, type ReasonSteps } from './reason-steps.ts'

const amount = (step: ReasonStep): string => (step.kind === 'change' ? signed(step.units) : units(step.units))

const share = (value: number, max: number): string => `${((100 * Math.max(0, value)) / max).toFixed(2)}%`

function Bar({ step, max }: { readonly step: ReasonStep; readonly max: number }) {
  const [low, high] = step.from < step.to ? [step.from, step.to] : [step.to, step.from]
  const kind = step.kind === 'change' && step.units < 0 ? 'less' : step.kind
  return (
    <svg className="reason-bar" aria-hidden="true">
      <line x1="0.5" x2="0.5" y1="0" y2="100%" className="reason-zero" />
      <rect
        className={`reason-${kind}`}
        x={share(low, max)}
        width={share(Math.max(high - Math.max(low, 0), max * 0.004), max)}
        y="4"
        height="12"
      />
    </svg>
  )
}

/** Bars from zero: a usual day, then each reason from where the last one ended, then what to expect. */
export function ReasonChart({ steps, max }: ReasonSteps) {
  return (
    <ol className="reasons">
      {steps.map((step) => (
        <li key={step.key} className={step.kind === 'end' ? 'reason reason-sum' : 'reason'}>
          <span className="reason-label">{step.label}</span>
          <Bar step={step} max={max} />
          <span className="number">{amount(step)}</span>
        </li>
      ))}
    </ol>
  )
}

/** The same as a table. */
export function ReasonTable({ steps }: Pick<ReasonSteps, 'steps'>) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Reason</th>
          <th scope="col" className="number">
            Units
          </th>
          <th scope="col" className="number">
            Then
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.key}>
            <th scope="row">
              <span className="reason-label">{step.label}</span>
            </th>
            <td className="number">{amount(step)}</td>
            <td className="number">{units(step.to)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
