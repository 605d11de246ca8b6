import {
  duration,
  integer,
  matching,
  object,
  secret,
  systemRuntime,
  text,
  type Duration,
  type Resolved,
  type Runtime,
} from 'seaworthy/core'

/** How a link treats Redis, whichever client it uses. */
export interface LinkOptions {
  /** What messages call it. Default `redis`. */
  readonly name?: string
  /** How long an answer may take, from 1 ms to 60 s. Default 250 ms. */
  readonly commandTimeout?: Duration
  /** How long connecting may take, from 1 ms to 60 s. Default 2 s. */
  readonly connectTimeout?: Duration
  /** The wait before the first attempt to connect again, from 1 ms; each failure doubles it. Default 100 ms. */
  readonly reconnectMin?: Duration
  /** The longest wait between attempts, up to 1 h. Default 5 s. */
  readonly reconnectMax?: Duration
  /** How many commands may wait for their answers, from 1 to 1,000,000; more fail at once. Default 10,000. */
  readonly inFlightMax?: number
  /** Clock and random numbers. Default the machine's. */
  readonly runtime?: Runtime
}

export const linkDefaults = {
  name: 'redis',
  commandTimeout: '250ms',
  connectTimeout: '2s',
  reconnectMin: '100ms',
  reconnectMax: '5s',
  inFlightMax: 10_000,
  runtime: systemRuntime,
} as const

/** The checks, for the clients to add their own to. */
export const linkFields = {
  name: text(),
  commandTimeout: duration('1ms', '60s'),
  connectTimeout: duration('1ms', '60s'),
  reconnectMin: duration('1ms', '1h'),
  reconnectMax: duration('1ms', '1h'),
  inFlightMax: integer(1, 1_000_000),
  runtime: object<Runtime>('an object with clock and random'),
}

/** The check of an address, which is not shown as it may hold a password. */
export const redisUrl = secret(
  matching(
    'an address such as redis://host:6379 or rediss://user:password@host:6379/0',
    (value): value is string =>
      typeof value === 'string' && /^rediss?:\/\//.test(value) && URL.canParse(value),
  ),
)

export type ResolvedLinkOptions = Resolved<typeof linkFields>
