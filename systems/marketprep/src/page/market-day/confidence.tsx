import type { Recommendation } from '../../contract/recommendation.ts'

const words = { high: 'High', medium: 'Medium', low: 'Low' } as const
const bars = { high: 3, medium: 2, low: 1 } as const

/** How sure the prediction is: filled steps, the word and the number. */
export function Confidence({
  item,
}: {
  readonly item: Pick<Recommendation, 'confidence' | 'confidenceLabel'>
}) {
  const filled = bars[item.confidenceLabel]
  return (
    <span className="confidence">
      <svg viewBox="0 0 16 12" aria-hidden="true">
        {[1, 2, 3].map((step) => (
          <rect
            key={step}
            x={(step - 1) * 6}
            y={12 - step * 4}
            width="4"
            height={step * 4}
            className={step <= filled ? 'confidence-on' : 'confidence-off'}
          />
        ))}
      </svg>
      {words[item.confidenceLabel]}
      <span className="soft">{Math.round(100 * item.confidence)} %</span>
    </span>
  )
}
