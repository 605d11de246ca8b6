import { jsonResponse, type SimulatedResponse } from '../http/exchange.ts'
import type { Vendor } from '../world/vendors.ts'
import type { Venue } from '../world/venues.ts'
import { squareId } from './object-ids.ts'

const createdAt = '2021-03-02T14:05:00.000Z'

/** GET /v2/merchants/me */
export function retrieveMerchant(vendor: Vendor, venues: readonly Venue[]): SimulatedResponse {
  return jsonResponse(200, {
    merchant: {
      id: vendor.merchantId,
      business_name: vendor.businessName,
      country: 'US',
      language_code: 'en-US',
      currency: 'USD',
      status: 'ACTIVE',
      main_location_id: venues[0] === undefined ? undefined : locationIdOf(vendor, venues[0]),
      created_at: createdAt,
    },
  })
}

/** GET /v2/locations: each market is a location. */
export function listLocations(vendor: Vendor, venues: readonly Venue[]): SimulatedResponse {
  return jsonResponse(200, {
    locations: venues.map((venue) => ({
      id: locationIdOf(vendor, venue),
      name: venue.name,
      address: { locality: venue.town, administrative_district_level_1: 'NY', country: 'US' },
      timezone: venue.timezone,
      capabilities: ['CREDIT_CARD_PROCESSING'],
      status: 'ACTIVE',
      created_at: createdAt,
      merchant_id: vendor.merchantId,
      country: 'US',
      language_code: 'en-US',
      currency: 'USD',
      business_name: vendor.businessName,
      type: 'MOBILE',
      coordinates: { latitude: venue.latitude, longitude: venue.longitude },
    })),
  })
}

/** The location that a vendor has for a market. No two vendors share one. */
export function locationIdOf(vendor: Vendor, venue: Venue): string {
  return `L${squareId(12, 'location', vendor.merchantId, venue.id)}`
}
