/**
 * State that several instances share through Redis or Valkey: rate limits on the server's clock, and circuit breakers
 * that hear what the other instances find.
 *
 * @module
 */

export { createRedisLink, type RedisLinkOptions } from './create-redis-link.ts'
export { linkDefaults, type LinkOptions } from './link/link-options.ts'
export { redisLimitDefaults, type RedisLimitOptions } from './limit/limit-options.ts'
export type { LimitForm } from './limit/limit-scripts.ts'
export { createRedisLimit, type RedisLimit } from './limit/redis-limit.ts'
export type { LinkState } from './link/link-state.ts'
export type { NodeRedisClient } from './link/node-redis-wire.ts'
export type { RedisLink } from './link/redis-link.ts'
export { defineScript, type Script } from './link/script.ts'
export { redisError, redisErrors, type RedisErrorCode } from './redis-errors.ts'
export { redisReportsDefaults, type RedisReportsOptions } from './reports/reports-options.ts'
export { createRedisReports, type RedisReports } from './reports/redis-reports.ts'
