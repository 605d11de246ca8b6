import type { FeedbackStats } from '../../contract/feedback.ts'
import { percent } from '../shell/words.ts'

/** How good the predictions were, each number with what it means. */
export function Accuracy({ stats }: { readonly stats: FeedbackStats }) {
  const facts = [
    ['Inside the likely range', percent(stats.intervalCoveragePercent), 'of results; 80 % is right'],
    ['Brought too much', percent(stats.overstockPercent), 'of results: over a fifth came home'],
    ['Brought too little', percent(stats.understockPercent), 'of results: all was sold'],
    ['Your rating', stats.averageRating === null ? '\u2013' : stats.averageRating.toFixed(1), 'of 5'],
  ] as const
  return (
    <dl className="accuracy">
      {facts.map(([name, value, meaning]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="accuracy-value">{value}</dd>
          <dd className="soft small">{meaning}</dd>
        </div>
      ))}
    </dl>
  )
}
