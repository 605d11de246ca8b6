import type { NewRecommendationSet } from '../src/data/index.ts'

/** A set of recommendations for Saturday, 13 June 2026. */
export function exampleSet(venueId: string, productIds: readonly string[]): NewRecommendationSet {
  return {
    marketDate: '2026-06-13',
    venueId,
    serviceLevel: 'degraded',
    summary: 'Saturday: bring 12 items, rain likely.',
    generatedAt: '2026-06-12T10:42:00.000Z',
    modelVersion: '2026-06-01-1',
    weather: { temperatureMaxC: 18.5, precipitationMm: 12, description: 'Rain' },
    events: [{ name: 'Street fair', attendance: 2_000 }],
    sources: [
      {
        dependency: 'weather',
        source: 'climate normals',
        asOf: '2026-06-12T10:42:00.000Z',
        degraded: true,
        unavailableSince: '2026-06-12T10:40:00.000Z',
        note: 'Weather: climate normals',
      },
    ],
    recommendations: productIds.map((productId, i) => ({
      productId,
      productName: `Product ${i}`,
      category: 'Vegetables',
      priceCents: 300,
      quantity: 12,
      expectedDemand: 10.5,
      interval80: { low: 7, high: 14 },
      confidence: 0.7,
      confidenceLabel: 'high',
      baseline: 12,
      reasons: [{ group: 'weather', label: 'Rain likely (12 mm)', units: -1.5 }],
      expectedRevenueCents: 3_150,
    })),
  }
}
