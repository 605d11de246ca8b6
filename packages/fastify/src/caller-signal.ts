import type { FastifyReply, FastifyRequest } from 'fastify'

const signals = new WeakMap<FastifyRequest, AbortSignal>()

/**
 * A signal that aborts when nobody waits for the answer any longer: the caller has gone, or an error such as the end of
 * the handler's time was answered in the handler's place. Fastify's own `request.signal` aborts as soon as a body has
 * been read, since Node closes the request then.
 */
export function callerSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const known = signals.get(request)
  if (known !== undefined) return known
  const controller = new AbortController()
  const { raw } = reply
  raw.once('close', () => {
    if (!raw.writableFinished || raw.statusCode >= 500) controller.abort()
  })
  if (raw.destroyed && !raw.writableFinished) controller.abort()
  signals.set(request, controller.signal)
  return controller.signal
}
