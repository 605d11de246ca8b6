import { boolean, callable, coreError, defineOptions, matching, object, optional, text } from 'seaworthy/core'
import { observeDependencies, type Service } from 'seaworthy/service'
import { httpMetrics } from 'seaworthy/telemetry'
import type { AccessTokens } from './access-tokens.ts'
import { useAuthentication } from './authentication.ts'
import { useDocsPage } from './docs-page.ts'
import type { HttpServer } from './http-types.ts'
import { useOpenApi } from './openapi.ts'
import { useServiceLevel } from './service-level.ts'
import { serverState } from './server-state.ts'

export interface AddServiceOptions {
  readonly service: Service
  /** Where its routes are, such as `/marketprep`. Default: the root. */
  readonly prefix?: string
  /** Checks access tokens. With it, routes are closed unless their `auth` is `public`. */
  readonly tokens?: AccessTokens
  /** The title of its OpenAPI document. Default: the service's name. */
  readonly title?: string
  readonly description?: string
  /** Whether there is a page that shows the OpenAPI document. Default true. */
  readonly docs?: boolean
  /** Adds the routes. Paths are relative to the prefix. */
  readonly routes: (scope: HttpServer) => void | Promise<void>
}

const resolve = defineOptions(
  'HTTP service',
  { prefix: '', docs: true },
  {
    service: object<Service>('a service'),
    prefix: matching(
      'empty or a path such as "/marketprep"',
      (value): value is string => typeof value === 'string' && /^(\/[a-z0-9][a-z0-9-]*)*$/.test(value),
    ),
    tokens: optional(object<AccessTokens>('made by createAccessTokens')),
    title: optional(text()),
    description: optional(text(10_000)),
    docs: boolean(),
    routes: callable<AddServiceOptions['routes']>(),
  },
)

/**
 * Adds the routes of a service to a server, in a scope of their own: with the service's level on each answer, its
 * authentication, its OpenAPI document at `openapi.json` and its page at `docs`. What the policies of its dependencies
 * know goes into the server's metrics.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export async function addService(server: HttpServer, options: AddServiceOptions): Promise<void> {
  const { service, prefix, tokens, docs, routes, description, title = service.name } = resolve(options)
  const { metrics: registry } = serverState(server)
  const metrics = httpMetrics(registry)
  const stopObserving = observeDependencies(registry, Object.values(service.dependencies))
  server.addHook('onClose', (_, done) => {
    stopObserving()
    done()
  })
  await server.register(
    async (scope: HttpServer) => {
      useServiceLevel(scope, service, metrics)
      if (tokens === undefined) refuseClosedRoutes(scope)
      else useAuthentication(scope, tokens, metrics)
      await useOpenApi(scope, {
        title,
        version: service.version,
        hasTokens: tokens !== undefined,
        ...(description !== undefined && { description }),
      })
      if (docs) await useDocsPage(scope)
      await routes(scope)
    },
    { prefix },
  )
}

/** A route that asks for a caller would stand open where nothing checks tokens. */
function refuseClosedRoutes(scope: HttpServer): void {
  scope.addHook('onRoute', ({ url, config }) => {
    if (config?.auth === undefined || config.auth === 'public') return
    throw coreError(
      'ERR_INVALID_OPTION',
      `Cannot add route ${url}: "auth" must be "public" or left out in a service without "tokens", received ${JSON.stringify(config.auth)}`,
    )
  })
}
