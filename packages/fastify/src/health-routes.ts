import type { Service } from 'seaworthy/service'
import { prometheusContentType, renderPrometheus } from 'seaworthy/telemetry'
import { healthDocument } from './health-document.ts'
import type { HttpServer } from './http-types.ts'
import { serverState } from './server-state.ts'

const open = {
  schema: { hide: true },
  config: { auth: 'public', rateLimit: false },
  logLevel: 'warn',
} as const

/**
 * Adds the health of all given services: `health` (everything, 200 when ready, else 503), `health/live` (200 as long as
 * the process answers) and `health/ready` (200 or 503, for balancers).
 */
export function addHealth(server: HttpServer, services: readonly Service[]): void {
  server.get('/health', open, async (_request, reply) => {
    const document = healthDocument(services)
    return reply.code(document.ready ? 200 : 503).send(document)
  })
  server.get('/health/live', open, async () => ({ live: true }))
  server.get('/health/ready', open, async (_request, reply) => {
    const parts = services.map((service) => ({ service: service.name, ...service.readiness() }))
    const ready = parts.every((part) => part.ready)
    return reply.code(ready ? 200 : 503).send({ ready, services: parts })
  })
}

/** Adds `metrics`: the server's registry as Prometheus text. */
export function addMetrics(server: HttpServer): void {
  const { metrics } = serverState(server)
  server.get('/metrics', open, async (_request, reply) =>
    reply.type(prometheusContentType).send(renderPrometheus(metrics)),
  )
}
