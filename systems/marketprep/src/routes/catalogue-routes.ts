import { principalOf, type HttpServer } from '@seaworthy/fastify'
import type { Clock } from 'seaworthy/core'
import { Type } from 'typebox'
import { Product, ProductBody, ProductPatch, Venue, VenueBody } from '../contract/catalogue.ts'
import { Id, Page } from '../contract/common.ts'
import {
  addDays,
  createProduct,
  createVenue,
  listProducts,
  listVenues,
  updateProduct,
} from '../data/index.ts'
import { dayIn } from '../market-days.ts'
import type { Store } from '../store.ts'
import { ListQuery, pageAnswer } from './list-query.ts'

export interface CatalogueRoutesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly cursorKey: string
  /** Told when something that recommendations stand on has changed. */
  readonly onVenueCreated: (vendorId: string, venueId: string) => void
}

/** How far back sales count as recent in the product list. */
const recentDays = 30

const ListedProduct = Type.Intersect([Product, Type.Object({ recentUnits: Type.Number() })])

/** Products and venues. */
export function catalogueRoutes(scope: HttpServer, options: CatalogueRoutesOptions): void {
  const { store, clock, cursorKey, onVenueCreated } = options
  const config = { capability: 'catalogue' } as const
  const tags = ['catalogue']

  scope.get(
    '/products',
    {
      config,
      schema: {
        tags,
        summary: 'Products by name',
        querystring: ListQuery,
        response: { 200: Page(ListedProduct) },
      },
    },
    async (request) => {
      const recentSince = addDays(dayIn('UTC', clock.wallTime()), -recentDays)
      const list = { ...request.query, cursorKey, recentSince }
      const vendorId = principalOf(request).subject
      return pageAnswer(await store.vendor(vendorId, (tx) => listProducts(tx, list), { readOnly: true }))
    },
  )

  scope.post(
    '/products',
    { config, schema: { tags, summary: 'Add a product', body: ProductBody, response: { 201: Product } } },
    async (request, reply) => {
      const product = await store.vendor(principalOf(request).subject, (tx) =>
        createProduct(tx, request.body),
      )
      return reply.code(201).send(product)
    },
  )

  scope.patch(
    '/products/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Change a product',
        params: Type.Object({ id: Id }),
        body: ProductPatch,
        response: { 200: Product },
      },
    },
    (request) =>
      store.vendor(principalOf(request).subject, (tx) => updateProduct(tx, request.params.id, request.body)),
  )

  scope.get(
    '/venues',
    {
      config,
      schema: { tags, summary: 'Venues by name', querystring: ListQuery, response: { 200: Page(Venue) } },
    },
    async (request) => {
      const list = { ...request.query, cursorKey }
      const vendorId = principalOf(request).subject
      return pageAnswer(await store.vendor(vendorId, (tx) => listVenues(tx, list), { readOnly: true }))
    },
  )

  scope.post(
    '/venues',
    { config, schema: { tags, summary: 'Add a venue', body: VenueBody, response: { 201: Venue } } },
    async (request, reply) => {
      const vendorId = principalOf(request).subject
      const venue = await store.vendor(vendorId, (tx) => createVenue(tx, request.body))
      onVenueCreated(vendorId, venue.id)
      return reply.code(201).send(venue)
    },
  )
}
