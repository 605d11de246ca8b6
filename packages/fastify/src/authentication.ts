import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { HttpMetrics } from 'seaworthy/telemetry'
import type { AccessTokens, Principal } from './access-tokens.ts'
import { httpError } from './http-errors.ts'
import type { HttpServer } from './http-types.ts'
import type { RouteAuth } from './route-config.ts'
import { asList } from './route-hooks.ts'

/**
 * Checks access tokens on every route of a scope. Who calls is found out before the rate limit, so that callers are
 * counted by name; who may not is refused after it, so that guessing is limited, too. Routes are closed unless their
 * `auth` is `public`.
 */
export function useAuthentication(scope: HttpServer, tokens: AccessTokens, metrics: HttpMetrics): void {
  const failures = new WeakMap<FastifyRequest, unknown>()
  scope.addHook('onRequest', async (request) => {
    const token = bearerToken(request)
    if (token === undefined) return
    try {
      request.principal = await tokens.verify(token)
      metrics.authentications.with({ outcome: 'accepted' }).add()
    } catch (error) {
      failures.set(request, error)
      metrics.authentications.with({ outcome: 'refused' }).add()
    }
  })
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, auth: route.config?.auth ?? 'required' }
    // Looked up late: a hook of an inner scope may still change the route.
    route.onRequest = [...asList(route.onRequest), guard(() => route.config?.auth ?? 'required', failures)]
  })
}

function guard(authOf: () => RouteAuth, failures: WeakMap<FastifyRequest, unknown>): onRequestHookHandler {
  return function guardRoute(request: FastifyRequest, _reply: FastifyReply, done): void {
    const auth = authOf()
    const failure = failures.get(request)
    // A token that does not hold is an error also where none is needed: its sender believes to be signed in.
    if (failure !== undefined) return done(failure as Error)
    if (auth === 'public') return done()
    const { principal } = request
    if (principal === undefined) {
      return done(
        httpError('ERR_UNAUTHENTICATED', 'Cannot accept the request: it must carry an access token'),
      )
    }
    if (auth !== 'required' && !principal.roles.includes(auth.role)) {
      return done(
        httpError('ERR_FORBIDDEN', `Cannot accept the request: the caller must have the role "${auth.role}"`),
      )
    }
    return done()
  }
}

function bearerToken({ headers }: FastifyRequest): string | undefined {
  const match = /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')
  return match?.[1]
}

/**
 * Who makes the request.
 *
 * @throws SeaworthyError ERR_UNAUTHENTICATED when nobody is signed in, which only a public route lets happen
 */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal !== undefined) return request.principal
  throw httpError('ERR_UNAUTHENTICATED', 'Cannot accept the request: it must carry an access token')
}

/** A hook that lets only callers with the role pass, for routes whose role depends on more than the route. */
export function requireRole(role: string): onRequestHookHandler {
  return function requireRoleOf(request: FastifyRequest, _reply: FastifyReply, done): void {
    const { roles } = principalOf(request)
    if (roles.includes(role)) return done()
    return done(
      httpError('ERR_FORBIDDEN', `Cannot accept the request: the caller must have the role "${role}"`),
    )
  }
}
