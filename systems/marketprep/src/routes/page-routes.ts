import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { httpError, type HttpServer } from '@seaworthy/fastify'

const config = { auth: 'public', rateLimit: false } as const

/** The page: a shell that is never cached, the same for each of its views, and assets whose names change with their content. */
export async function pageRoutes(scope: HttpServer, directory: string): Promise<void> {
  await scope.register(fastifyStatic, { root: directory, serve: false, decorateReply: true })

  for (const view of ['/', '/results', '/sales', '/set-up']) {
    scope.get(view, { config, schema: { hide: true } }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile('index.html', directory, { cacheControl: false }),
    )
  }

  await scope.register(async (assets: HttpServer) => assetRoutes(assets, join(directory, 'assets')), {
    prefix: '/assets',
  })
}

function assetRoutes(scope: HttpServer, directory: string): void {
  // A missing file ends here; the server's own answer would take the path for one that is there.
  scope.setNotFoundHandler(() => {
    throw httpError('ERR_NOT_FOUND', 'Cannot find the file: the page must have been built with it')
  })

  scope.get<{ Params: { '*': string } }>('/*', { config, schema: { hide: true } }, (request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .sendFile(request.params['*'], directory, { cacheControl: false }),
  )
}
