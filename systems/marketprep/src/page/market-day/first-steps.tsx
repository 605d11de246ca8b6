import './first-steps.css'
import { Link } from 'wouter'
import { endpoints } from '../api/endpoints.ts'
import { useQuery } from '../api/use-query.ts'
import { buttonClass, LevelMark, Skeleton } from '../look/look.ts'
import { Loaded } from '../shell/loaded.tsx'
import { PageTitle } from '../shell/page-title.tsx'

interface StepProps {
  readonly isDone: boolean
  readonly isNext: boolean
  readonly title: string
  readonly how: string
  readonly href: string
  readonly action: string
}

function Step({ isDone, isNext, title, how, href, action }: StepProps) {
  return (
    <li className="first-step">
      <LevelMark level={isDone ? 'full' : 'unknown'} />
      <div className="stack-tight">
        <h2>
          {title}
          {isDone ? <span className="soft"> (done)</span> : null}
        </h2>
        <p className="soft">{how}</p>
      </div>
      {isDone ? null : (
        <Link href={href} className={buttonClass(isNext ? 'primary' : 'plain')}>
          {action}
        </Link>
      )}
    </li>
  )
}

/** For a vendor with no market day yet: the way from here to the first list. */
export function FirstSteps() {
  const query = useQuery('first steps', async (signal) => {
    const [venues, products] = await Promise.all([endpoints.venues(signal), endpoints.products(signal)])
    return {
      hasVenue: venues.some(({ isActive, marketWeekdays }) => isActive && marketWeekdays.length > 0),
      hasSales: products.length > 0,
    }
  })
  return (
    <div className="stack-wide">
      <PageTitle name="First steps">Two steps to your first list</PageTitle>
      <Loaded query={query} cannot="Cannot see how far you are" skeleton={<Skeleton height={180} />}>
        {({ hasVenue, hasSales }) => (
          <ol className="card first-steps">
            <Step
              isDone={hasVenue}
              isNext={!hasVenue}
              title="Say where and when you sell"
              how="The place gives the weather; the weekdays give your market days."
              href="/set-up"
              action="Add a venue"
            />
            <Step
              isDone={hasSales}
              isNext={hasVenue && !hasSales}
              title="Bring in your sales"
              how="A file that you export from Square, or Square itself. Products come with it."
              href="/sales"
              action="Bring in sales"
            />
          </ol>
        )}
      </Loaded>
    </div>
  )
}
