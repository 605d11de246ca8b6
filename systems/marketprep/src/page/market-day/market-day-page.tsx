import './market-day.css'
import { Redirect, useSearchParams } from 'wouter'
import { endpoints } from '../api/endpoints.ts'
import { useQuery } from '../api/use-query.ts'
import { Skeleton } from '../look/look.ts'
import { Loaded } from '../shell/loaded.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { DayView } from './day-view.tsx'
import { FirstSteps } from './first-steps.tsx'

const daysAhead = 28

const skeleton = (
  <div className="stack-wide">
    <PageTitle name="Market day">Looking up your market days</PageTitle>
    <Skeleton height={60} />
    <Skeleton height={420} />
  </div>
)

/** What to bring, and why. */
export function MarketDayPage() {
  const [params] = useSearchParams()
  const days = useQuery('market-days', (signal) => endpoints.marketDays(daysAhead, signal))
  const square = params.get('square')
  if (square !== null) return <Redirect to={`/sales?square=${encodeURIComponent(square)}`} replace />
  return (
    <Loaded query={days} cannot="Cannot show your market days" skeleton={skeleton}>
      {({ items }) => {
        const wanted = items.find(
          ({ date, venueId }) => date === params.get('day') && venueId === params.get('venue'),
        )
        const chosen = wanted ?? items[0]
        return chosen === undefined ? <FirstSteps /> : <DayView days={items} chosen={chosen} />
      }}
    </Loaded>
  )
}
