import './results.css'
import type { FeedbackStats } from '../../contract/feedback.ts'
import { endpoints } from '../api/endpoints.ts'
import { useQuery } from '../api/use-query.ts'
import { browserClock, EmptyState, Skeleton } from '../look/look.ts'
import { Loaded } from '../shell/loaded.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { counted, percent } from '../shell/words.ts'
import { Accuracy } from './accuracy.tsx'
import { pastMarketDays } from './market-days-past.ts'
import { PastResults } from './past-results.tsx'
import { Report } from './report.tsx'

const daysBack = 14

function sentence(stats: FeedbackStats | undefined): string {
  if (stats === undefined) return 'How good were the predictions?'
  if (stats.total === 0 || stats.wapePercent === null)
    return 'Say what sold, and see how good the predictions are'
  return `Over ${counted(stats.total, 'result')}, predictions were off by ${percent(stats.wapePercent)} of what was sold`
}

/** What came of the market days, and how good the predictions were. */
export function ResultsPage() {
  const venues = useQuery('venues', endpoints.venues)
  const stats = useQuery('feedback stats', endpoints.feedbackStats)
  const feedback = useQuery('feedback', endpoints.feedback)
  const onSaved = () => {
    stats.reload()
    feedback.reload()
  }
  return (
    <div className="stack-sections">
      <PageTitle name="Results">{sentence(stats.value)}</PageTitle>
      <Loaded query={stats} cannot="Cannot show the accuracy" skeleton={<Skeleton height={80} />}>
        {(value) => (value.total === 0 ? null : <Accuracy stats={value} />)}
      </Loaded>
      <section className="stack" aria-labelledby="report">
        <h2 id="report">Report a market day</h2>
        <Loaded query={venues} cannot="Cannot show your market days" skeleton={<Skeleton height={380} />}>
          {(items) => (
            <Report days={pastMarketDays(items, browserClock.wallTime(), daysBack)} onSaved={onSaved} />
          )}
        </Loaded>
      </section>
      <section className="stack" aria-labelledby="earlier">
        <h2 id="earlier">Earlier results</h2>
        <Loaded query={feedback} cannot="Cannot show earlier results" skeleton={<Skeleton height={200} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="What you report comes here">
                Each result shows how far the prediction was from what you sold.
              </EmptyState>
            ) : (
              <PastResults items={items} />
            )
          }
        </Loaded>
      </section>
    </div>
  )
}
