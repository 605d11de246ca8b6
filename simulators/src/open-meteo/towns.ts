import { distanceKm, type Place } from '../world/geography.ts'

/** A town in the form of the Geocoding API, with its ID at GeoNames. */
export interface Town extends Place {
  readonly id: number
  readonly name: string
  readonly elevation: number
  readonly feature_code: string
  readonly country_code: string
  readonly country: string
  readonly admin1: string
  readonly timezone: string
  readonly population: number
}

type Row = readonly [
  id: number,
  name: string,
  place: readonly [number, number, number],
  where: readonly [string, string, string, string],
  population: number,
]

const rows: readonly Row[] = [
  [
    5123718,
    'Kingston',
    [41.92704, -73.99736, 58],
    ['US', 'United States', 'New York', 'America/New_York'],
    23887,
  ],
  [
    5134013,
    'Rhinebeck',
    [41.92676, -73.91264, 61],
    ['US', 'United States', 'New York', 'America/New_York'],
    2700,
  ],
  [
    5145083,
    'Woodstock',
    [42.04092, -74.11819, 171],
    ['US', 'United States', 'New York', 'America/New_York'],
    2088,
  ],
  [
    5129248,
    'New Paltz',
    [41.74759, -74.08681, 73],
    ['US', 'United States', 'New York', 'America/New_York'],
    7147,
  ],
  [
    5132143,
    'Poughkeepsie',
    [41.70037, -73.92097, 61],
    ['US', 'United States', 'New York', 'America/New_York'],
    30371,
  ],
  [
    5106834,
    'Albany',
    [42.65258, -73.75623, 45],
    ['US', 'United States', 'New York', 'America/New_York'],
    98469,
  ],
  [
    5128581,
    'New York',
    [40.71427, -74.00597, 10],
    ['US', 'United States', 'New York', 'America/New_York'],
    8804190,
  ],
  [
    4930956,
    'Boston',
    [42.35843, -71.05977, 38],
    ['US', 'United States', 'Massachusetts', 'America/New_York'],
    675647,
  ],
  [
    4887398,
    'Chicago',
    [41.85003, -87.65005, 179],
    ['US', 'United States', 'Illinois', 'America/Chicago'],
    2746388,
  ],
  [
    5419384,
    'Denver',
    [39.73915, -104.9847, 1609],
    ['US', 'United States', 'Colorado', 'America/Denver'],
    715522,
  ],
  [
    5746545,
    'Portland',
    [45.52345, -122.67621, 15],
    ['US', 'United States', 'Oregon', 'America/Los_Angeles'],
    652503,
  ],
  [
    5391959,
    'San Francisco',
    [37.77493, -122.41942, 18],
    ['US', 'United States', 'California', 'America/Los_Angeles'],
    873965,
  ],
  [
    2643743,
    'London',
    [51.50853, -0.12574, 25],
    ['GB', 'United Kingdom', 'England', 'Europe/London'],
    8961989,
  ],
  [
    2950159,
    'Berlin',
    [52.52437, 13.41053, 74],
    ['DE', 'Germany', 'State of Berlin', 'Europe/Berlin'],
    3426354,
  ],
  [2988507, 'Paris', [48.85341, 2.3488, 42], ['FR', 'France', 'Île-de-France', 'Europe/Paris'], 2138551],
  [
    2147714,
    'Sydney',
    [-33.86785, 151.20732, 58],
    ['AU', 'Australia', 'New South Wales', 'Australia/Sydney'],
    4627345,
  ],
]

/** The towns that can be searched for. */
export const towns: readonly Town[] = Object.freeze(
  rows.map(
    ([id, name, [latitude, longitude, elevation], [country_code, country, admin1, timezone], population]) =>
      Object.freeze({
        id,
        name,
        latitude,
        longitude,
        elevation,
        feature_code: 'PPL',
        country_code,
        country,
        admin1,
        timezone,
        population,
      }),
  ),
)

/** The nearest town within 400 km. */
export function townNear(place: Place): Town | undefined {
  const byDistance = towns.map((town) => ({ town, km: distanceKm(place, town) })).sort((a, b) => a.km - b.km)
  const [nearest] = byDistance
  return nearest !== undefined && nearest.km <= 400 ? nearest.town : undefined
}
