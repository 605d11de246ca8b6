import { seededRandom } from 'seaworthy/core'
import type { World } from '../world/create-world.ts'
import { type Place, round } from '../world/geography.ts'
import { dayNumber, type IsoDate } from '../world/iso-date.ts'
import type { DayWeather } from '../world/weather-model.ts'

/**
 * What is foretold today for a day: the truth with an error that grows with the lead time. Days before today are known.
 */
export function forecastDay(
  world: World,
  place: Place,
  { today, date }: { today: IsoDate; date: IsoDate },
): DayWeather {
  const truth = world.weather(place, date)
  const lead = dayNumber(date) - dayNumber(today)
  if (lead < 0) return truth
  const random = seededRandom(
    `${world.seed}/forecast/${today}/${date}/${round(place.latitude, 1)},${round(place.longitude, 1)}`,
  )
  const shift = random.normal(0, 0.5 + 0.28 * lead)
  const precipitationMm = foretoldRain(truth.precipitationMm, lead, random)
  const rains = precipitationMm > 0
  return {
    ...truth,
    temperatureMaxC: round(truth.temperatureMaxC + shift, 1),
    temperatureMinC: round(truth.temperatureMinC + shift, 1),
    precipitationMm,
    windSpeedMaxKmh: round(Math.max(1, truth.windSpeedMaxKmh + random.normal(0, 1 + 0.3 * lead)), 1),
    weatherCode: rains === truth.precipitationMm > 0 ? truth.weatherCode : rains ? 61 : 2,
  }
}

/** The chance to be wrong about rain or no rain grows from 4 % for today to 30 % two weeks ahead. */
function foretoldRain(trueMm: number, lead: number, random: { next(): number }): number {
  const wrong = random.next() < Math.min(0.3, 0.04 + 0.019 * lead)
  const size = random.next()
  if (trueMm === 0) return wrong ? round(0.3 + 6 * size, 1) : 0
  return wrong ? 0 : round(Math.max(0.1, trueMm * (1 + (size - 0.5) * Math.min(1, 0.1 + 0.07 * lead))), 1)
}
