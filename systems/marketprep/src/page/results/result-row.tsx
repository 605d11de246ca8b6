import type { Recommendation } from '../../contract/recommendation.ts'
import { LevelMark, TextInput } from '../look/look.ts'
import { type ResultRow } from './check-result.ts'
import { Rating } from './rating.tsx'
import { type RowState } from './use-result-rows.ts'

export interface ResultRowProps {
  readonly item: Recommendation
  readonly state: RowState
  readonly onChange: (part: Partial<ResultRow>) => void
}

/** A product whose report stands. The one typed a second time is told that it was not taken. */
function Closed({ name, isRefused }: { readonly name: string; readonly isRefused: boolean }) {
  return (
    <li className="result-row is-done">
      <span className="result-name">{name}</span>
      <span className="row result-done" role={isRefused ? 'alert' : undefined}>
        <LevelMark level={isRefused ? 'degraded' : 'full'} />
        {isRefused ? 'Reported before: the first report stands, this one was not taken' : 'Reported'}
      </span>
    </li>
  )
}

/** One product of the report: brought, sold, price, rating. */
export function ResultFields({ item, state, onChange }: ResultRowProps) {
  const { row, errors, problem, standing } = state
  if (standing !== 'open') return <Closed name={item.productName} isRefused={standing === 'refused'} />
  const field = (name: 'brought' | 'sold' | 'price', label: string) => ({
    label: `${label}, ${item.productName}`,
    name: `${name}-${item.id}`,
    labelUnseen: true,
    value: row[name],
    error: errors[name],
    inputMode: name === 'price' ? ('decimal' as const) : ('numeric' as const),
    onChange: (value: string) => onChange({ [name]: value }),
  })
  return (
    <li className="result-row">
      <span className="result-name">
        {item.productName}
        {problem === undefined ? null : (
          <span className="field-error" role="alert">
            Not saved: {problem.title}.{' '}
            {problem.correlationId === undefined ? '' : `ID ${problem.correlationId}`}
          </span>
        )}
      </span>
      <span className="result-cell">
        <span className="result-label" aria-hidden="true">
          Brought
        </span>
        <TextInput {...field('brought', 'Brought')} />
      </span>
      <span className="result-cell">
        <span className="result-label" aria-hidden="true">
          Sold
        </span>
        <TextInput {...field('sold', 'Sold')} />
      </span>
      <span className="result-cell">
        <span className="result-label" aria-hidden="true">
          Price, $
        </span>
        <TextInput {...field('price', 'Price in dollars')} />
      </span>
      <span className="result-cell result-rating">
        <span className="result-label" aria-hidden="true">
          How good was the advice?
        </span>
        <Rating
          label={`How good was the advice, 1 to 5, ${item.productName}`}
          value={row.rating}
          onChange={(rating) => onChange({ rating })}
        />
      </span>
    </li>
  )
}
