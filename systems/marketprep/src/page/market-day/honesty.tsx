import type { RecommendationSet } from '../../contract/recommendation.ts'
import { Banner, Button } from '../look/look.ts'

export interface HonestyProps {
  readonly set: Pick<RecommendationSet, 'serviceLevel' | 'sources'>
  readonly isRetrying: boolean
  readonly onRetry: () => void
}

/** Says what an answer lacks, and what it stands on instead. Nothing when all is live. */
export function Honesty({ set, isRetrying, onRetry }: HonestyProps) {
  const notes = set.sources.filter(({ degraded, note }) => degraded && note !== null)
  if (notes.length === 0) return null
  return (
    <Banner level={set.serviceLevel} title="This list stands on less than usual">
      <ul>
        {notes.map(({ dependency, note }) => (
          <li key={dependency}>{note}</li>
        ))}
      </ul>
      <div>
        <Button isDisabled={isRetrying} onPress={onRetry}>
          Work it out again
        </Button>
      </div>
    </Banner>
  )
}
