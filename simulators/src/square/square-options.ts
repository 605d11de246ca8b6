import {
  defineOptions,
  duration,
  integer,
  matching,
  number,
  optional,
  text,
  type Duration,
} from 'seaworthy/core'

export interface SquareOptions {
  /** The application's ID. Default `sandbox-sq0idb-seaworthy`. */
  readonly applicationId?: string
  /** The application's secret. It guards made-up data. Default `sandbox-sq0csb-seaworthy`. */
  readonly applicationSecret?: string
  /** Where an authorisation may return to. Default: any URL on loopback. */
  readonly redirectUrls?: readonly string[]
  /** How long an access token lasts. Default 30 days, 24 hours when `short_lived` is asked for. */
  readonly accessTokenLifetime?: Duration
  /** How long an authorisation code lasts. Default 5 minutes. */
  readonly codeLifetime?: Duration
  /** How many requests a second a token may make; above it the answer is 429. Default: no limit. */
  readonly requestsPerSecond?: number
  /** Weeks of orders before today, 1 to 520. Default 104. */
  readonly historyWeeks?: number
  /** The share of orders taken offline, which arrive up to 72 hours late. Default 0.05. */
  readonly lateShare?: number
  /** The share of sales of which something comes back, as an order of its own. Default 0. */
  readonly returnShare?: number
  /** Objects on a page of the catalogue, 1 to 1000. Default 5, so that paging is exercised. */
  readonly catalogPageSize?: number
  /** How often due webhooks are sent. Default 10 seconds. */
  readonly webhookInterval?: Duration
}

/** The values of {@link SquareOptions} that are left out. */
export const squareDefaults = Object.freeze({
  applicationId: 'sandbox-sq0idb-seaworthy',
  applicationSecret: 'sandbox-sq0csb-seaworthy',
  codeLifetime: '5m',
  historyWeeks: 104,
  lateShare: 0.05,
  returnShare: 0,
  catalogPageSize: 5,
  webhookInterval: '10s',
})

export const resolveSquareOptions = defineOptions('Square simulator', squareDefaults, {
  applicationId: text(),
  applicationSecret: text(),
  redirectUrls: optional(matching('a list of at most 20 URLs', isUrls)),
  accessTokenLifetime: optional(duration('1ms', '365d')),
  codeLifetime: duration('1ms', '1h'),
  requestsPerSecond: optional(integer(1, 100_000)),
  historyWeeks: integer(1, 520),
  lateShare: number(0, 1),
  returnShare: number(0, 1),
  catalogPageSize: integer(1, 1_000),
  webhookInterval: duration('10ms', '1d'),
})

export type ResolvedSquareOptions = ReturnType<typeof resolveSquareOptions>

function isUrls(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= 20 &&
    value.every((each) => typeof each === 'string' && URL.canParse(each))
  )
}
