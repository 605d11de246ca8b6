import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { HttpServer } from '@seaworthy/fastify'

/** The page: a shell that is never cached, the same for each of its views, and assets whose names change with their content. */
export async function pageRoutes(scope: HttpServer, directory: string): Promise<void> {
  const config = { auth: 'public', rateLimit: false } as const
  await scope.register(fastifyStatic, { root: directory, serve: false, decorateReply: true })

  for (const view of ['/', '/results', '/sales', '/set-up']) {
    scope.get(view, { config, schema: { hide: true } }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile('index.html', directory, { cacheControl: false }),
    )
  }

  scope.get<{ Params: { '*': string } }>('/assets/*', { config, schema: { hide: true } }, (request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .sendFile(request.params['*'], join(directory, 'assets'), { cacheControl: false }),
  )
}
