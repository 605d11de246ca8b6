/** A point on the earth in degrees, WGS 84. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
}

const earthRadiusKm = 6371

/** The distance over the ground in kilometres, by the haversine formula. */
export function distanceKm(a: Place, b: Place): number {
  const rad = Math.PI / 180
  const dLat = (b.latitude - a.latitude) * rad
  const dLon = (b.longitude - a.longitude) * rad
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * Math.sin(dLon / 2) ** 2
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** The point so many kilometres north and east of another; exact enough for a few dozen kilometres. */
export function offsetKm(from: Place, northKm: number, eastKm: number): Place {
  const perDegree = 111.195
  return {
    latitude: round(from.latitude + northKm / perDegree, 4),
    longitude: round(from.longitude + eastKm / (perDegree * Math.cos((from.latitude * Math.PI) / 180)), 4),
  }
}

/** A number with so many decimals. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}
