import type { RecommendationSet } from '../../contract/recommendation.ts'
import { weekdayName } from '../shell/words.ts'

type Day = Pick<RecommendationSet, 'marketDate' | 'weather'>

const wetMm = 1

/** Says what a reason was on this very day: "Saturday", "no rain", "rain, 12 mm". Other labels stay as they are. */
export function reasonWords(label: string, { marketDate, weather }: Day): string {
  if (label === 'day of the week') return weekdayName(marketDate)
  if (weather === null) return label
  const { precipitationMm, temperatureMaxC } = weather
  if (label === 'rain') return precipitationMm < wetMm ? 'no rain' : `rain, ${Math.round(precipitationMm)} mm`
  if (label === 'temperature' || label === 'warmer or colder than usual')
    return `temperature, ${Math.round(temperatureMaxC)} °C`
  return label
}

/** The recommendations with their reasons in the words of their day. */
export function inDayWords(set: RecommendationSet): RecommendationSet['recommendations'] {
  return set.recommendations.map((item) => ({
    ...item,
    reasons: item.reasons.map((reason) => ({ ...reason, label: reasonWords(reason.label, set) })),
  }))
}
