import swaggerUi from '@fastify/swagger-ui'
import { defaultCsp } from 'seaworthy/security'
import type { HttpServer } from './http-types.ts'
import { requestPath } from './request-state.ts'

/**
 * Serves a page at `docs` that shows the OpenAPI document and tries requests. All its parts come from this server. The
 * page sets styles on elements, which is the one thing that its content security policy allows beyond the usual.
 */
export async function useDocsPage(scope: HttpServer): Promise<void> {
  await scope.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, auth: 'public', rateLimit: false }
    })
    // The page finds its parts relative to itself, which also holds behind a proxy that takes a prefix away.
    docs.addHook('onRequest', async (request, reply) => {
      if (requestPath(request).endsWith('/docs')) return reply.redirect('docs/')
      return undefined
    })
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: { ...defaultCsp, 'style-src': ["'self'", "'unsafe-inline'"] } as Record<
        string,
        string | string[]
      >,
      uiConfig: { deepLinking: true, tryItOutEnabled: true, displayRequestDuration: true },
    })
  })
}
