import swaggerUi from '@fastify/swagger-ui'
import { defaultCsp } from 'seaworthy/security'
import type { HttpServer } from './http-types.ts'
import { requestPath } from './request-state.ts'

/** The one style sheet that the page writes into itself; everything else it loads. */
const inlineStyle = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"

const docsCsp: Record<string, string | string[]> = Object.fromEntries(
  Object.entries(defaultCsp).map(([name, sources]) => [
    name,
    name === 'style-src' ? [...sources, inlineStyle] : [...sources],
  ]),
)

/**
 * Serves a page at `docs` that shows the OpenAPI document and tries requests. All its parts come from this server.
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
      staticCSP: docsCsp,
      uiConfig: { deepLinking: true, tryItOutEnabled: true, displayRequestDuration: true },
    })
  })
}
