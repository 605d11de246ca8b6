import { jsonResponse, type SimulatedResponse } from '../http/exchange.ts'
import { badParameter } from './open-meteo-error.ts'
import { towns } from './towns.ts'

/**
 * GET /v1/search: one letter finds nothing, two find exact names, three or more find names that start with them. Without
 * a match there is no `results` field, as at the real service.
 */
export function searchTowns(query: URLSearchParams): SimulatedResponse {
  const name = query.get('name')
  if (name === null) throw badParameter("Parameter 'name' is required.")
  const count = Number(query.get('count') ?? 10)
  if (!Number.isInteger(count) || count < 1 || count > 100) {
    throw badParameter(
      `Parameter 'count' must be between 1 and 100. Given '${(query.get('count') ?? '').slice(0, 20)}'.`,
    )
  }
  const wanted = name.trim().toLowerCase()
  const country = query.get('countryCode')
  const results = towns
    .filter((town) => {
      const known = town.name.toLowerCase()
      return wanted.length >= 3 ? known.startsWith(wanted) : wanted.length === 2 && known === wanted
    })
    .filter((town) => country === null || town.country_code === country.toUpperCase())
    .toSorted((a, b) => b.population - a.population)
    .slice(0, count)
  return jsonResponse(200, { ...(results.length > 0 ? { results } : {}), generationtime_ms: 0.4 })
}
