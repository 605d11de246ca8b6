import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { coreError } from 'seaworthy/core'
import type { Service, ServiceLevel } from 'seaworthy/service'
import type { HttpMetrics } from 'seaworthy/telemetry'
import type { HttpServer } from './http-types.ts'
import { routePattern } from './request-state.ts'

/**
 * Runs the handlers of a scope under the capability that their route names, and tells the service level of each answer in
 * its `Service-Level` header: that of the answer, or of the whole service when the route names no capability. A capability
 * that answers with a server error was unavailable to that caller, whatever is known about its dependencies.
 */
export function useServiceLevel(scope: HttpServer, service: Service, metrics: HttpMetrics): void {
  const known = new Set(Object.keys(service.describe().capabilities))
  scope.addHook('onRoute', (route) => {
    const capability = route.config?.capability
    if (capability === undefined) return
    if (!known.has(capability)) {
      throw coreError(
        'ERR_INVALID_OPTION',
        `Cannot add route ${route.url}: "capability" must be one of ${[...known].join(', ')}, received "${capability}"`,
      )
    }
    route.handler = within(service, capability, route.handler)
  })
  scope.addHook('onSend', async (request, reply) => {
    const level = levelOf(request, reply) ?? service.level()
    reply.header('service-level', level)
    if (level !== 'full') metrics.degradedAnswers.with({ route: routePattern(request), level }).add()
  })
}

function levelOf({ scope }: FastifyRequest, { statusCode }: FastifyReply): ServiceLevel | undefined {
  return scope !== undefined && statusCode >= 500 ? 'unavailable' : scope?.level()
}

function within(service: Service, capability: string, handler: RouteHandlerMethod): RouteHandlerMethod {
  return function handleWithin(request, reply) {
    return service.within(capability, (scope) => {
      request.scope = scope
      return handler.call(this, request, reply)
    })
  }
}
