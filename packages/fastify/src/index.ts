/**
 * The HTTP side of Seaworthy, on Fastify 5.
 *
 * @module
 */

export {
  createAccessTokens,
  type AccessTokenOptions,
  type AccessTokens,
  type Principal,
} from './access-tokens.ts'
export { tokenAlgorithms, type TokenAlgorithm } from './access-token-keys.ts'
export { addService, type AddServiceOptions } from './add-service.ts'
export { principalOf, requireRole } from './authentication.ts'
export { callerSignal } from './caller-signal.ts'
export { drain, drainDefaults, type Drainable, type DrainOptions, type DrainReport } from './drain.ts'
export { drainOn, type DrainOnOptions } from './drain-on.ts'
export {
  healthDocument,
  type DependencyHealth,
  type HealthDocument,
  type ServiceHealth,
} from './health-document.ts'
export { addHealth, addMetrics } from './health-routes.ts'
export { httpError, httpErrors, type HttpErrorCode } from './http-errors.ts'
export { httpLimitDefaults, type HttpLimits } from './http-limits.ts'
export { createHttpLogger, type HttpLoggerOptions } from './http-logger.ts'
export { createHttpServer } from './http-server.ts'
export { httpServerDefaults, type HttpServerOptions } from './http-server-options.ts'
export type { HttpServer } from './http-types.ts'
export { problemContentType, problemType, type FieldError, type Problem } from './problem.ts'
export { rateLimitDefaults, type RateLimitOptions, type RateLimitPolicy } from './rate-limit-options.ts'
export type { RouteAuth } from './route-config.ts'
export { acceptStreams } from './stream-bodies.ts'
