import type { WeatherDay } from '../data/index.ts'
import { weekdayName } from '../market-days.ts'
import { weatherWords } from '../weather/weather-words.ts'

/** What the sentence is made from. */
export interface SummaryFacts {
  readonly date: string
  /** How many to bring of each product. */
  readonly quantities: readonly number[]
  readonly weather: WeatherDay | null
  /** Whether the weather is what is usual and not a forecast. */
  readonly isUsualWeather: boolean
}

/** The sentence that answers the question: "Saturday: bring 134 items, rain likely, 18 °C." */
export function summarySentence({ date, quantities, weather, isUsualWeather }: SummaryFacts): string {
  const day = weekdayName(date)
  if (quantities.length === 0) return `${day}: nothing to recommend, there are no products yet.`
  const total = quantities.reduce((sum, quantity) => sum + quantity, 0)
  const answer = total === 0 ? 'bring nothing' : `bring ${itemWords(total)}`
  return `${day}: ${answer}${weather === null ? '' : `, ${weatherPhrase(weather, isUsualWeather)}`}.`
}

function itemWords(count: number): string {
  return count === 1 ? '1 item' : `${count.toLocaleString('en-US')} items`
}

function weatherPhrase({ precipitationMm, temperatureMaxC, code }: WeatherDay, isUsual: boolean): string {
  const degrees = `${Math.round(temperatureMaxC)} °C`
  if (isUsual) return `usually ${precipitationMm >= 1 ? 'wet' : 'dry'}, ${degrees}`
  if (precipitationMm < 1) return `${weatherWords(code).toLowerCase()}, ${degrees}`
  return `${isSnow(code) ? 'snow' : 'rain'} likely, ${degrees}`
}

/** Snowfall, and snow showers, in WMO table 4677. */
function isSnow(code: number): boolean {
  return (code >= 71 && code <= 77) || code === 85 || code === 86
}
