import './sales.css'
import { useSearchParams } from 'wouter'
import type { SalesStats } from '../../contract/sales.ts'
import { endpoints } from '../api/endpoints.ts'
import { useQuery } from '../api/use-query.ts'
import { EmptyState, Skeleton } from '../look/look.ts'
import { Loaded } from '../shell/loaded.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { counted, roundMoney } from '../shell/words.ts'
import { ImportPanel } from './import-panel.tsx'
import { SalesByProduct } from './sales-stats.tsx'
import { SquarePanel } from './square-panel.tsx'

const statsDays = 30

function sentence(stats: SalesStats | undefined): string {
  if (stats === undefined) return 'Your sales'
  if (stats.marketDays === 0) return 'No sales in the last 30 days: bring them in'
  return `${roundMoney(stats.revenueCents)} on ${counted(stats.marketDays, 'market day')} in the last ${stats.days} days`
}

/** Where the sales come from, and what they were. */
export function SalesPage() {
  const [params] = useSearchParams()
  const stats = useQuery('sales stats', (signal) => endpoints.salesStats(statsDays, signal))
  const square = useQuery('square', endpoints.square)
  const venues = useQuery('venues', endpoints.venues)
  return (
    <div className="stack-sections">
      <PageTitle name="Sales">{sentence(stats.value)}</PageTitle>
      <div className="sources">
        <section className="stack" aria-labelledby="import">
          <h2 id="import">From a file</h2>
          <Loaded query={venues} cannot="Cannot open the import" skeleton={<Skeleton height={180} />}>
            {(items) => (
              <ImportPanel venues={items.filter(({ isActive }) => isActive)} onTaken={stats.reload} />
            )}
          </Loaded>
        </section>
        <section className="stack" aria-labelledby="square">
          <h2 id="square">From Square</h2>
          <Loaded
            query={square}
            cannot="Cannot see the state of Square"
            stillWorks="A file can still be imported."
            skeleton={<Skeleton height={90} />}
          >
            {(status) => (
              <SquarePanel
                query={square}
                status={status}
                outcome={params.get('square')}
                onSynced={stats.reload}
              />
            )}
          </Loaded>
        </section>
      </div>
      <section className="stack" aria-labelledby="sold">
        <h2 id="sold">Last {statsDays} days by product</h2>
        <Loaded query={stats} cannot="Cannot show the sales" skeleton={<Skeleton height={320} />}>
          {(value) =>
            value.byProduct.length === 0 ? (
              <EmptyState title="Your sales by product come here">
                Import a file or connect Square above.
              </EmptyState>
            ) : (
              <SalesByProduct stats={value} />
            )
          }
        </Loaded>
      </section>
    </div>
  )
}
