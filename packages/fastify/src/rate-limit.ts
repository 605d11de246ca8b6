import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import { coreError, type Clock } from 'seaworthy/core'
import type { HttpMetrics } from 'seaworthy/telemetry'
import { clientNetwork } from './client-key.ts'
import { httpError } from './http-errors.ts'
import { RateLimiter } from './rate-limiter.ts'
import {
  resolveRateLimitOptions,
  resolveRateLimitPolicy,
  type RateLimitOptions,
} from './rate-limit-options.ts'
import type { HttpServer } from './http-types.ts'
import { asList } from './route-hooks.ts'
import { routePattern } from './request-state.ts'

export interface RateLimitSetting {
  readonly options: RateLimitOptions
  readonly clock: Clock
  readonly metrics: HttpMetrics
}

/** Counts a request and lets it pass or not. */
export type LimitHook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

/**
 * Limits each caller (the subject of a valid token, else the network of the address) on each route that does not opt
 * out. It runs after authentication and before the body is read.
 *
 * @returns the hook for requests that no route takes
 */
export function useRateLimit(server: HttpServer, setting: RateLimitSetting): LimitHook {
  const { policies, callersMax, default: standard } = resolveRateLimitOptions(setting.options)
  const hooks = new Map(
    Object.entries({ ...policies, default: standard }).map(([name, policy]) => {
      const { quota, window, burst } = resolveRateLimitPolicy(name, policy)
      const limiter = new RateLimiter({ intervalMs: window / quota, burst }, setting.clock, callersMax)
      const header = `"${name}";q=${quota};w=${seconds(window)}`
      return [name, limitHook({ name, header, limiter, metrics: setting.metrics })] as const
    }),
  )
  const hookOf = (name: string): LimitHook => {
    const hook = hooks.get(name)
    if (hook !== undefined) return hook
    throw coreError(
      'ERR_INVALID_OPTION',
      `Cannot add route: "rateLimit" must be false or one of ${[...hooks.keys()].join(', ')}, received "${name}"`,
    )
  }
  server.addHook('onRoute', (route) => {
    const policyOf = (): string | false => route.config?.rateLimit ?? 'default'
    const given = policyOf()
    if (given !== false) hookOf(given)
    route.onRequest = [
      ...asList(route.onRequest),
      // Looked up late: a hook of an inner scope may still change the route.
      ((request, reply, done) => {
        const policy = policyOf()
        return policy === false ? done() : hookOf(policy)(request, reply, done)
      }) satisfies LimitHook,
    ]
  })
  return hookOf('default')
}

interface Limit {
  readonly name: string
  readonly header: string
  readonly limiter: RateLimiter
  readonly metrics: HttpMetrics
}

/** Headers by draft-ietf-httpapi-ratelimit-headers: the policy, and what is left of it. */
function limitHook({ name, header, limiter, metrics }: Limit): LimitHook {
  return (request, reply, done) => {
    const decision = limiter.take(callerKey(request))
    const { allowed, remaining, resetMs, retryAfterMs } = decision
    reply.header('ratelimit-policy', header)
    reply.header('ratelimit', `"${name}";r=${remaining};t=${seconds(allowed ? resetMs : retryAfterMs)}`)
    if (allowed) return done()
    metrics.rateLimited.with({ route: routePattern(request), policy: name }).add()
    return done(
      httpError('ERR_RATE_LIMITED', `Cannot accept the request: the quota ${header} is used up`, {
        retryAfterMs,
      }),
    )
  }
}

function callerKey(request: FastifyRequest): string {
  const { principal } = request
  return principal === undefined ? `ip ${clientNetwork(request.ip)}` : `subject ${principal.subject}`
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
