import { useState } from 'react'
import { Link } from 'wouter'
import type { MarketDay, RecommendationSet } from '../../contract/recommendation.ts'
import { endpoints } from '../api/endpoints.ts'
import { asProblem } from '../api/problem.ts'
import { useQuery } from '../api/use-query.ts'
import { buttonClass, Choice, EmptyState, Skeleton } from '../look/look.ts'
import { Loaded } from '../shell/loaded.tsx'
import { longDay, shortDay } from '../shell/words.ts'
import { ResultForm } from './result-form.tsx'

const idOf = ({ date, venueId }: MarketDay): string => `${date} ${venueId}`

/** Choose a past market day and say what was sold. */
export function Report({
  days,
  onSaved,
}: {
  readonly days: readonly MarketDay[]
  readonly onSaved: () => void
}) {
  const [chosenId, setChosenId] = useState<string>()
  const chosen = days.find((day) => idOf(day) === chosenId) ?? days[0]
  if (chosen === undefined) {
    return (
      <EmptyState
        title="Your market days come here to be reported"
        action={
          <Link href="/set-up" className={buttonClass('primary')}>
            Look at your venues
          </Link>
        }
      >
        No venue of yours held a market in the last two weeks.
      </EmptyState>
    )
  }
  return (
    <div className="stack">
      <div className="narrow">
        <Choice
          label="Market day"
          options={days.map((day) => ({ id: idOf(day), name: `${shortDay(day.date)}, ${day.venueName}` }))}
          value={idOf(chosen)}
          onChange={setChosenId}
        />
      </div>
      <DayReport key={idOf(chosen)} day={chosen} onSaved={onSaved} />
    </div>
  )
}

const notFound = 404

/** The list that was made for a day; null when none was. */
async function listMade(
  { date, venueId }: MarketDay,
  signal: AbortSignal,
): Promise<RecommendationSet | null> {
  try {
    return await endpoints.recommended(date, venueId, signal)
  } catch (thrown) {
    if (asProblem(thrown).status === notFound) return null
    throw thrown
  }
}

function DayReport({ day, onSaved }: { readonly day: MarketDay; readonly onSaved: () => void }) {
  const query = useQuery(idOf(day), (signal) => listMade(day, signal))
  return (
    <Loaded
      query={query}
      cannot={`Cannot open the list of ${longDay(day.date)}`}
      stillWorks="Other market days can still be reported."
      skeleton={<Skeleton height={320} />}
    >
      {(set) =>
        set === null || set.recommendations.length === 0 ? (
          <EmptyState title={`No list was made for ${longDay(day.date)}`}>
            A day can be reported when its list was opened before the market. Choose another day.
          </EmptyState>
        ) : (
          <ResultForm set={set} onSaved={onSaved} />
        )
      }
    </Loaded>
  )
}
