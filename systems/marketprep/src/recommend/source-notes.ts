import type { Provenance } from 'seaworthy/service'
import type { Source } from '../contract/common.ts'
import { timeIn } from '../market-days.ts'

/** What else is known when the sources of an answer are put into words. */
export interface SourceContext {
  readonly timeZone: string
  /** Whether the market day is further ahead than forecasts of the weather reach. */
  readonly isBeyondForecast: boolean
  /** Whether a model was trained for the vendor. */
  readonly hasModel: boolean
}

/** What a fallback means for a person, by dependency and source. */
const meanings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  weather: {
    'last-good': 'Weather: the last forecast we got',
    'climate normals': 'Weather: climate normals',
    none: 'Weather: not taken into account',
  },
  events: { none: 'Events: not taken into account' },
  square: {
    'stored sales': 'Square: sales up to the last synchronisation',
    'old sales': 'Square: sales older than a day',
    'no sales': 'Square: no sales yet',
  },
  model: { heuristic: 'Prediction: rule of thumb from recent sales' },
}

/** What is missing while a dependency is down, and when only this one call of it failed. */
const missing: Readonly<Record<string, { readonly down: string; readonly once: string }>> = {
  weather: { down: 'forecast unavailable', once: 'no forecast came' },
  events: { down: 'calendar unavailable', once: 'no answer from the calendar' },
  square: { down: 'Square unavailable', once: 'no newer orders came' },
  model: { down: 'trained model unavailable', once: 'the trained model did not answer' },
}

/** The dependencies whose sources a vendor wants to know of. The database is not one: without it there is no answer. */
const shownDependencies: ReadonlySet<string> = new Set(['square', 'weather', 'events', 'model'])

/** The ingredients as the page shows them. */
export function sourcesOf(provenances: readonly Provenance[], context: SourceContext): readonly Source[] {
  return provenances
    .filter(({ dependency }) => shownDependencies.has(dependency))
    .map((provenance) => sourceOf(provenance, context))
}

function sourceOf(provenance: Provenance, context: SourceContext): Source {
  const { dependency, source, asOf, degraded } = provenance
  const reason = ownReason(provenance, context)
  // What has a reason of its own would be so too if the dependency were up.
  const unavailableSince = reason === undefined ? provenance.unavailableSince : undefined
  const meaning = meanings[dependency]?.[source] ?? `${dependency}: ${source}`
  return {
    dependency,
    source,
    asOf: asOf.toISOString(),
    degraded,
    unavailableSince: unavailableSince?.toISOString() ?? null,
    note: degraded ? `${meaning}, ${reason ?? missingWords(dependency, unavailableSince, context)}` : null,
  }
}

/** Why there could be no better source although everything works. */
function ownReason({ dependency, source }: Provenance, context: SourceContext): string | undefined {
  if (dependency === 'model' && !context.hasModel) return 'no model has been trained yet'
  if (dependency === 'weather' && context.isBeyondForecast) return 'the day is too far ahead for a forecast'
  if (source === 'no sales') return 'the first synchronisation has not ended'
  return undefined
}

function missingWords(
  dependency: string,
  unavailableSince: Date | undefined,
  { timeZone }: SourceContext,
): string {
  const { down, once } = missing[dependency] ?? { down: 'unavailable', once: 'no answer came' }
  return unavailableSince === undefined ? once : `${down} since ${timeIn(timeZone, unavailableSince)}`
}
