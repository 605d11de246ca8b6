import { callerSignal, type HttpServer } from '@seaworthy/fastify'
import { Type } from 'typebox'
import type { MarketprepDependencies } from '../declaration.ts'

const FoundPlace = Type.Object({
  name: Type.String(),
  region: Type.String(),
  latitude: Type.Number(),
  longitude: Type.Number(),
  timeZone: Type.String(),
})

/** Coordinates found by name, for a new venue. */
export function placeRoutes(scope: HttpServer, dependencies: MarketprepDependencies): void {
  scope.get(
    '/places',
    {
      config: { capability: 'catalogue' },
      schema: {
        tags: ['catalogue'],
        summary: 'Places of a name',
        querystring: Type.Object({ name: Type.String({ minLength: 2, maxLength: 100 }) }),
        response: { 200: Type.Object({ items: Type.Array(FoundPlace) }) },
      },
    },
    async (request, reply) => {
      const { value } = await dependencies.findPlaces.with({ signal: callerSignal(request, reply) })(
        request.query.name,
      )
      return { items: value.map((place) => ({ ...place, timeZone: place.timeZone ?? 'UTC' })) }
    },
  )
}
