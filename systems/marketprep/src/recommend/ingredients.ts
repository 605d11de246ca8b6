import type { Venue } from '../contract/catalogue.ts'
import type { WeatherDay } from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'

/** What a recommendation takes from outside beside the sales. */
export interface Ingredients {
  readonly weather: WeatherDay | null
  readonly events: readonly { readonly name: string; readonly attendance: number }[]
}

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
  const near = events.value.map(({ name, attendance = 0 }) => ({ name, attendance }))
  return { weather: weather.value, events: near }
}
