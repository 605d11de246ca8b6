import { type ReactNode } from 'react'
import type { RecommendationSet } from '../../contract/recommendation.ts'
import { Moment, ProvenanceChip } from '../look/look.ts'
import { count, counted, dateOnly, dayAt, roundMoney } from '../shell/words.ts'

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const weatherWords = (weather: RecommendationSet['weather']): string =>
  weather === null
    ? 'Not known'
    : `${weather.description}, ${Math.round(weather.temperatureMaxC)} °C, ${Math.round(weather.precipitationMm)} mm`

function eventWords({ events, sources }: Pick<RecommendationSet, 'events' | 'sources'>): string {
  const [first, ...others] = events
  const isKnown = !sources.some(({ dependency, source }) => dependency === 'events' && source === 'none')
  if (first === undefined) return isKnown ? 'None found' : 'Not known'
  const more = others.length === 0 ? '' : `, and ${counted(others.length, 'more', 'more')}`
  return `${first.name}, ${count(first.attendance)} people${more}`
}

/** A version that is a moment is said as its day, which is the reader's own. */
function modelWords(version: string | null): string {
  if (version === null) return 'Simple averages'
  if (/^\d{4}-\d\d-\d\dT/.test(version)) return `Model of ${dateOnly(dayAt(Date.parse(version)))}`
  return `Model of ${version}`
}

/** What the answer stands on, each with where it came from. */
export function Facts({ set }: { readonly set: RecommendationSet }) {
  const chip = (dependency: string) => {
    const source = set.sources.find((each) => each.dependency === dependency)
    return source === undefined ? null : <ProvenanceChip {...source} />
  }
  const revenueCents = set.recommendations.reduce((sum, item) => sum + item.expectedRevenueCents, 0)
  return (
    <dl className="facts">
      <Fact name="Weather">
        {weatherWords(set.weather)} {chip('weather')}
      </Fact>
      <Fact name="Events">
        {eventWords(set)} {chip('events')}
      </Fact>
      <Fact name="Sales history">Your sales {chip('square')}</Fact>
      <Fact name="Forecast">
        {modelWords(set.modelVersion)} {chip('model')}
      </Fact>
      <Fact name="Expected takings">{roundMoney(revenueCents)}</Fact>
      <Fact name="Worked out">
        <Moment at={set.generatedAt} />
      </Fact>
    </dl>
  )
}
