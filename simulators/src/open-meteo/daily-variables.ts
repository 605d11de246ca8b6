import { round } from '../world/geography.ts'
import type { DayWeather } from '../world/weather-model.ts'

/** What Open-Meteo calls a daily variable. */
export interface DailyVariable {
  readonly unit: string
  /** Observed weather has no probability. */
  readonly forecastOnly?: true
  read(day: DayWeather): number
}

/** The daily variables that are simulated. */
export const dailyVariables: Readonly<Record<string, DailyVariable>> = Object.freeze({
  weather_code: { unit: 'wmo code', read: (day) => day.weatherCode },
  temperature_2m_max: { unit: '°C', read: (day) => day.temperatureMaxC },
  temperature_2m_min: { unit: '°C', read: (day) => day.temperatureMinC },
  temperature_2m_mean: {
    unit: '°C',
    read: (day) => round((day.temperatureMaxC + day.temperatureMinC) / 2, 1),
  },
  precipitation_sum: { unit: 'mm', read: (day) => day.precipitationMm },
  rain_sum: { unit: 'mm', read: (day) => (isSnow(day) ? 0 : day.precipitationMm) },
  snowfall_sum: { unit: 'cm', read: (day) => (isSnow(day) ? round(day.precipitationMm * 0.7, 2) : 0) },
  wind_speed_10m_max: { unit: 'km/h', read: (day) => day.windSpeedMaxKmh },
  precipitation_probability_max: {
    unit: '%',
    forecastOnly: true,
    read: (day) => (day.precipitationMm > 0 ? Math.min(98, Math.round(55 + 4 * day.precipitationMm)) : 12),
  },
})

function isSnow({ weatherCode }: DayWeather): boolean {
  return weatherCode >= 71 && weatherCode <= 77
}
