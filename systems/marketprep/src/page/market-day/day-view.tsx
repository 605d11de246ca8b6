import { useLocation, useSearchParams } from 'wouter'
import type { MarketDay, RecommendationSet } from '../../contract/recommendation.ts'
import { endpoints } from '../api/endpoints.ts'
import { useQuery } from '../api/use-query.ts'
import { Skeleton, useMedia } from '../look/look.ts'
import { useKey } from '../shell/keys.ts'
import { Loaded } from '../shell/loaded.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { longDay } from '../shell/words.ts'
import { BringList } from './bring-list.tsx'
import { DayPicker } from './day-picker.tsx'
import { Facts } from './facts.tsx'
import { headline } from './headline.ts'
import { Honesty } from './honesty.tsx'
import { NothingToBring } from './nothing-to-bring.tsx'
import { inDayWords } from './reason-words.ts'

export interface DayViewProps {
  readonly days: readonly MarketDay[]
  readonly chosen: MarketDay
}

const addressOf = ({ date, venueId }: MarketDay, productId = ''): string => {
  const product = productId === '' ? '' : `&product=${productId}`
  return `/?day=${date}&venue=${venueId}${product}`
}

const skeleton = (
  <div className="stack-wide">
    <Skeleton height={44} />
    <Skeleton height={420} />
  </div>
)

export function DayView({ days, chosen }: DayViewProps) {
  const [params] = useSearchParams()
  const [, go] = useLocation()
  const key = `${chosen.date} ${chosen.venueId}`
  const query = useQuery(key, (signal) => endpoints.recommend(chosen.date, chosen.venueId, signal))
  const isCurrent = query.valueKey === key && query.value !== undefined
  const step = (by: number) => {
    const here = days.filter(({ venueId }) => venueId === chosen.venueId)
    const next = here[here.findIndex(({ date }) => date === chosen.date) + by]
    if (next !== undefined) go(addressOf(next))
  }
  useKey(']', 'Next market day', () => step(1))
  useKey('[', 'Market day before', () => step(-1))

  const title = `${longDay(chosen.date)}, ${chosen.venueName}`
  return (
    <div className="stack-wide">
      <PageTitle name={title}>
        {isCurrent ? headline(query.value) : query.problem === undefined ? `${title}: working it out` : title}
      </PageTitle>
      <DayPicker days={days} chosen={chosen} onChange={(day) => go(addressOf(day))} />
      <Loaded
        query={query}
        cannot="Cannot say what to bring"
        stillWorks="Your sales, your results and the other days are still there."
        skeleton={skeleton}
      >
        {(set) => (
          <div className={isCurrent ? 'stack-wide' : 'stack-wide is-past'} aria-busy={!isCurrent}>
            <Answer
              set={set}
              productId={params.get('product')}
              hrefOf={(id) => addressOf(chosen, id)}
              isRetrying={query.isLoading}
              onRetry={query.reload}
            />
          </div>
        )}
      </Loaded>
    </div>
  )
}

interface AnswerProps {
  readonly set: RecommendationSet
  readonly productId: string | null
  readonly hrefOf: (productId: string) => string
  readonly isRetrying: boolean
  readonly onRetry: () => void
}

function Answer({ set, productId, hrefOf, isRetrying, onRetry }: AnswerProps) {
  const isPhone = useMedia('(width < 768px)')
  if (set.recommendations.length === 0) return <NothingToBring />
  return (
    <>
      <Honesty set={set} isRetrying={isRetrying} onRetry={onRetry} />
      {isPhone ? null : <Facts set={set} />}
      <BringList items={inDayWords(set)} productId={productId} hrefOf={hrefOf} />
      {isPhone ? <Facts set={set} /> : null}
    </>
  )
}
