import type { WeatherDay } from '../data/index.ts'
import { weekdayName } from '../market-days.ts'
import { weatherWords } from '../weather/weather-words.ts'

/** The sentence that answers the question: "Saturday: bring 134 items, rain likely." */
export function summarySentence(date: string, quantity: number, weather: WeatherDay | null): string {
  const items = quantity === 1 ? '1 item' : `${quantity.toLocaleString('en-US')} items`
  return `${weekdayName(date)}: bring ${items}${weather === null ? '' : `, ${weatherPhrase(weather)}`}.`
}

function weatherPhrase({ precipitationMm, temperatureMaxC, code }: WeatherDay): string {
  const degrees = `${Math.round(temperatureMaxC)} °C`
  if (precipitationMm >= 1) return `${code >= 71 && code <= 77 ? 'snow' : 'rain'} likely, ${degrees}`
  return `${weatherWords(code).toLowerCase()}, ${degrees}`
}
