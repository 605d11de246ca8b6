import type { Provenance } from 'seaworthy/service'
import type { Source } from '../contract/common.ts'
import { timeIn } from '../market-days.ts'

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
  },
  model: { heuristic: 'Prediction: rule of thumb from recent sales' },
}

const missing: Readonly<Record<string, string>> = {
  weather: 'forecast unavailable',
  events: 'calendar unavailable',
  square: 'Square unavailable',
  model: 'trained model unavailable',
}

/** The dependencies whose sources a vendor wants to know of. The database is not one: without it there is no answer. */
export const shownDependencies: readonly string[] = ['square', 'weather', 'events', 'model']

/** One ingredient as the page shows it. */
export function sourceOf(provenance: Provenance, timeZone: string): Source {
  const { dependency, source, asOf, degraded, unavailableSince } = provenance
  return {
    dependency,
    source,
    asOf: asOf.toISOString(),
    degraded,
    unavailableSince: unavailableSince?.toISOString() ?? null,
    note: degraded ? noteOf(provenance, timeZone) : null,
  }
}

function noteOf({ dependency, source, unavailableSince }: Provenance, timeZone: string): string {
  const meaning = meanings[dependency]?.[source] ?? `${dependency}: ${source}`
  const reason = missing[dependency] ?? `${dependency} unavailable`
  const since = unavailableSince === undefined ? '' : ` since ${timeIn(timeZone, unavailableSince)}`
  return `${meaning}, ${reason}${since}`
}
