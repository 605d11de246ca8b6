import { seededRandom } from 'seaworthy/core'
import { BoundedMemo } from './bounded-memo.ts'
import { type Place, round } from './geography.ts'
import { dayNumber, dayOfYear, type IsoDate } from './iso-date.ts'

/** The weather of one day at one place. */
export interface DayWeather {
  readonly date: IsoDate
  readonly temperatureMaxC: number
  readonly temperatureMinC: number
  readonly precipitationMm: number
  readonly windSpeedMaxKmh: number
  /** WMO code 4677, as far as Open-Meteo uses it. */
  readonly weatherCode: number
}

/** How much of yesterday's departure from the normal is still there today. */
const persistence = 0.65
/** After 12 days 0.6 % of a shock is left: further ones do not matter. */
const memoryDays = 12
/** Scales a sum of decaying unit shocks back to unit variance. */
const unitScale = Math.sqrt((1 - persistence ** 2) / (1 - persistence ** (2 * memoryDays)))

/**
 * The weather of any day at any place as a pure function of the seed: a climate by latitude and day of year, plus
 * departures that persist from day to day and are shared by places near each other.
 */
export class WeatherModel {
  readonly #seed: string
  readonly #days = new BoundedMemo<DayWeather>(20_000)
  readonly #shocks = new BoundedMemo<number>(100_000)

  constructor(seed: string) {
    this.#seed = seed
  }

  day(place: Place, date: IsoDate): DayWeather {
    const local = `${round(place.latitude, 1)},${round(place.longitude, 1)}`
    return this.#days.get(`${local}/${date}`, () => this.#compute(place, local, date))
  }

  #compute(place: Place, local: string, date: IsoDate): DayWeather {
    const day = dayNumber(date)
    const region = `${Math.round(place.latitude / 3)},${Math.round(place.longitude / 3)}`
    const departure = (kind: string): number =>
      0.95 * this.#persistent(`${kind}/${region}`, day) + 0.31 * this.#persistent(`${kind}/${local}`, day)
    const wetness = departure('wet') - 0.62
    const precipitationMm = wetness <= 0 ? 0 : round(Math.min(80, 9 * wetness ** 1.4 + 0.2), 1)
    const cooling = precipitationMm > 0 ? 2 + Math.min(3, precipitationMm / 6) : 0
    const max = climateC(place, date) + 4.5 * departure('warm') - cooling
    const spread = precipitationMm > 0 ? 6 : 10 + departure('spread')
    const cloud = departure('cloud') + (precipitationMm > 0 ? 2 : 0)
    return Object.freeze({
      date,
      temperatureMaxC: round(max, 1),
      temperatureMinC: round(max - Math.max(3, spread), 1),
      precipitationMm,
      windSpeedMaxKmh: round(Math.max(2, 14 + 6 * departure('wind')), 1),
      weatherCode: codeOf(precipitationMm, max - spread / 2, cloud),
    })
  }

  /** A departure with mean 0 and variance 1 that depends on the last days' shocks only, so any day can be asked first. */
  #persistent(name: string, day: number): number {
    let sum = 0
    for (let back = 0; back < memoryDays; back++) {
      sum += persistence ** back * this.#shock(name, day - back)
    }
    return sum * unitScale
  }

  #shock(name: string, day: number): number {
    const key = `${name}/${day}`
    return this.#shocks.get(key, () => seededRandom(`${this.#seed}/weather/${key}`).normal(0, 1))
  }
}

/** The normal daily maximum: colder and more seasonal away from the equator, warmest in July or January. */
function climateC({ latitude }: Place, date: IsoDate): number {
  const away = Math.abs(latitude)
  const warmestDay = latitude >= 0 ? 201 : 18
  const season = Math.cos((2 * Math.PI * (dayOfYear(date) - warmestDay)) / 365.25)
  return 33 - 0.38 * away + Math.min(14, 0.32 * away) * season
}

function codeOf(precipitationMm: number, meanC: number, cloud: number): number {
  if (precipitationMm > 0) {
    const step = precipitationMm < 3 ? 0 : precipitationMm < 10 ? 1 : 2
    if (meanC < 0.5) return [71, 73, 75][step] ?? 71
    if (precipitationMm > 18 && meanC > 17) return 95
    return precipitationMm < 1 ? 51 : ([61, 63, 65][step] ?? 61)
  }
  if (cloud < -0.6) return 0
  if (cloud < 0.2) return 1
  return cloud < 0.9 ? 2 : 3
}
