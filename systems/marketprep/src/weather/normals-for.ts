import { weatherDaysNear, type WeatherDay } from '../data/index.ts'
import type { WeatherQuestion } from '../declaration.ts'
import type { Store } from '../store.ts'
import { climateNormals, normalsWindowDays } from './climate-normals.ts'
import { weatherError } from './weather-errors.ts'

/**
 * The usual weather of a market day, from what was measured there.
 *
 * @throws SeaworthyError ERR_NO_NORMALS
 */
export async function normalsFor(
  store: Store,
  { vendorId, venue, date }: WeatherQuestion,
): Promise<WeatherDay> {
  const near = { date, windowDays: normalsWindowDays }
  const days = await store.vendor(vendorId, (tx) => weatherDaysNear(tx, venue, near), { readOnly: true })
  const normals = climateNormals(days, date)
  if (normals !== undefined) return normals
  throw weatherError('ERR_NO_NORMALS', `Cannot tell the usual weather at ${venue.name}: none is stored yet`)
}
