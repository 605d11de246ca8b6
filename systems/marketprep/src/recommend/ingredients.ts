import type { Venue } from '../contract/catalogue.ts'
import type { WeatherDay } from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'

/** What a recommendation takes from outside beside the sales. */
export interface Ingredients {
  readonly weather: WeatherDay | null
  /** Whether the weather is what is usual on such a day and not a forecast. */
  readonly isUsualWeather: boolean
  /** The largest first. */
  readonly events: readonly { readonly name: string; readonly attendance: number }[]
}

/** More events of a day are no news to anybody: the largest counts. */
const eventsMax = 20

export interface MarketQuestion {
  readonly vendorId: string
  readonly venue: Venue
  readonly date: string
  /** Whether new orders can be asked for. */
  readonly hasSquare: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks every outside service at once, so that the slowest and not their sum decides how long it takes. Each of them has
 * a fallback that cannot fail, so a rejection here is the caller's abort or a defect.
 */
export async function gatherIngredients(
  dependencies: MarketprepDependencies,
  { vendorId, venue, date, hasSquare, signal }: MarketQuestion,
): Promise<Ingredients> {
  const [weather, events] = await Promise.all([
    dependencies.forecastWeather.with({ signal })({ vendorId, venue, date }),
    dependencies.eventsNear.with({ signal })({ venue, date }),
    hasSquare ? dependencies.newestSales.with({ signal })(vendorId) : undefined,
  ])
  const near = events.value
    .map(({ name, attendance = 0 }) => ({ name, attendance }))
    .sort((a, b) => b.attendance - a.attendance)
    .slice(0, eventsMax)
  return { weather: weather.value, isUsualWeather: weather.source === 'climate normals', events: near }
}
