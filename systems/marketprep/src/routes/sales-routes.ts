import { Readable } from 'node:stream'
import { acceptStreams, callerSignal, httpError, principalOf, type HttpServer } from '@seaworthy/fastify'
import type { Database } from '@seaworthy/postgres'
import type { FastifyRequest } from 'fastify'
import type { Clock } from 'seaworthy/core'
import { Type } from 'typebox'
import { ImportQuery, ImportReport, SalesStats } from '../contract/sales.ts'
import { salesStats, type MarketprepTables } from '../data/index.ts'
import { importSquareCsv } from '../imports/import-square-csv.ts'
import { dayIn } from '../market-days.ts'
import type { Store } from '../store.ts'

export interface SalesRoutesOptions {
  readonly store: Store
  readonly database: Database<MarketprepTables>
  readonly clock: Clock
  /** Called when sales were stored; the answer waits for it, so that the next recommendation knows them. */
  readonly onImported: (vendorId: string) => Promise<void>
}

/** Two hundred megabytes are some two million sales. */
const importBytesMax = 200_000_000

const tags = ['sales']

/** Importing sales from a file, and looking back at them. */
export async function salesRoutes(scope: HttpServer, options: SalesRoutesOptions): Promise<void> {
  // In a scope of its own, whose bodies are streams and nothing else.
  await scope.register(async (inner: HttpServer) => importRoute(inner, options))

  scope.get(
    '/sales/stats',
    {
      config: { capability: 'sales' },
      schema: {
        tags,
        summary: 'Sales of the last days',
        querystring: Type.Object({
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 30 })),
        }),
        response: { 200: SalesStats },
      },
    },
    (request) => {
      const period = { days: request.query.days ?? 30, to: dayIn('UTC', options.clock.wallTime()) }
      const vendorId = principalOf(request).subject
      return options.store.vendor(vendorId, (tx) => salesStats(tx, period), { readOnly: true })
    },
  )
}

function importRoute(scope: HttpServer, { database, clock, onImported }: SalesRoutesOptions): void {
  // The import reads the stream itself, so that a large file is never in memory as a whole.
  scope.removeAllContentTypeParsers()
  acceptStreams(scope, ['text/csv', 'text/plain'])

  scope.post(
    '/sales/import',
    {
      bodyLimit: importBytesMax,
      config: { capability: 'sales', rateLimit: 'import', deadline: '10m' },
      schema: {
        tags,
        summary: "Import Square's item sales export (CSV as the request body)",
        consumes: ['text/csv'],
        querystring: ImportQuery,
        response: { 200: ImportReport },
      },
    },
    async (request, reply) => {
      const tenant = principalOf(request).subject
      const { mode = 'all', venueId } = request.query
      const upload = uploadOf(request)
      const report = await importSquareCsv(upload, {
        database,
        tenant,
        mode,
        venueId,
        clock,
        signal: callerSignal(request, reply),
      })
      if (report.applied) await onImported(tenant)
      return report
    },
  )
}

/** The stream of the body; without one there was no body, or no word on what it is. */
function uploadOf({ body }: FastifyRequest): AsyncIterable<Uint8Array> {
  if (body instanceof Readable) return body
  throw httpError('ERR_UNSUPPORTED_MEDIA_TYPE', 'Cannot read sales: the body must be text/csv')
}
