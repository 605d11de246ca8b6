import type { Duration } from 'seaworthy/core'
import type { Scope } from 'seaworthy/service'
import type { Principal } from './access-tokens.ts'

/** Who may call a route: anyone, any caller with a valid token, or one that has the role. */
export type RouteAuth = 'public' | 'required' | { readonly role: string }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Default: what the scope of the service says, else public. */
    auth?: RouteAuth
    /** The name of the rate limit policy, or false for none. Default `default`. */
    rateLimit?: string | false
    /** The capability of the service under which the handler runs. */
    capability?: string
    /** The time that the route has to answer. Default: the server's. */
    deadline?: Duration
  }
  interface FastifyRequest {
    /** Who makes the request; undefined when the route is public and no token was sent. */
    principal: Principal | undefined
    /** The scope of the route's capability; undefined when it names none. */
    scope: Scope | undefined
  }
}
