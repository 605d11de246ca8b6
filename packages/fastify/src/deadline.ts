import { toMs, type Clock } from 'seaworthy/core'
import { lateError } from './coded-error.ts'
import type { HttpServer } from './http-types.ts'
import { asList } from './route-hooks.ts'

/**
 * Answers in place of a handler whose time is over. Fastify's own limit of that kind ends as soon as a body has been read,
 * since it takes the end of the request for the caller's leaving. An answer that has begun is left alone.
 *
 * @param standardMs the time of routes that name none
 */
export function useDeadlines(server: HttpServer, standardMs: number, clock: Clock): void {
  server.addHook('onRoute', (route) => {
    const { deadline } = route.config ?? {}
    const limitMs = deadline === undefined ? standardMs : toMs(deadline, `deadline of ${route.url}`)
    route.onRequest = [
      (request, reply, done) => {
        const timer = clock.schedule(limitMs, () => {
          if (!reply.sent && !reply.raw.headersSent) reply.send(lateError(request))
        })
        reply.raw.once('finish', timer.cancel.bind(timer))
        reply.raw.once('close', timer.cancel.bind(timer))
        done()
      },
      ...asList(route.onRequest),
    ]
  })
}
