import { defineOptions, duration, integer, matching, object, type Duration } from 'seaworthy/core'

/** A quota for each caller. */
export interface RateLimitPolicy {
  /** Requests per window. */
  readonly quota: number
  readonly window: Duration
  /** Requests that may come at once. Default: the whole quota. */
  readonly burst?: number
}

export interface RateLimitOptions {
  /** The policy of routes that name none. Default 300 per minute. */
  readonly default?: RateLimitPolicy
  /** Further policies by name, such as a stricter one for signing in. */
  readonly policies?: Readonly<Record<string, RateLimitPolicy>>
  /** Callers remembered by each policy. Default 100,000. */
  readonly callersMax?: number
}

export const rateLimitDefaults = Object.freeze({
  default: Object.freeze({ quota: 300, window: '1m' }),
  policies: Object.freeze({}),
  callersMax: 100_000,
})

export const resolveRateLimitOptions = defineOptions('rate limit', rateLimitDefaults, {
  default: object<RateLimitPolicy>('{ quota, window, burst }'),
  policies: matching(
    'an object of { quota, window, burst } by name',
    (value): value is Readonly<Record<string, RateLimitPolicy>> =>
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).every((name) => /^[a-z][a-z0-9_.*-]{0,39}$/.test(name)),
  ),
  callersMax: integer(16, 10_000_000),
})

const resolvePolicy = defineOptions(
  'rate limit policy',
  {},
  { quota: integer(1, 1_000_000), window: duration('1s', '1d'), burst: integer(1, 1_000_000) },
)

/** A policy after its checks; the window in milliseconds. */
export function resolveRateLimitPolicy(name: string, policy: RateLimitPolicy) {
  return resolvePolicy({ ...policy, burst: policy.burst ?? policy.quota }, name)
}
