import { hostname } from 'node:os'
import { randomBytes } from 'node:crypto'
import {
  coreError,
  defineOptions,
  duration,
  integer,
  object,
  systemRuntime,
  text,
  type Duration,
  type Resolved,
  type Runtime,
} from 'seaworthy/core'
import { keyPrefix } from '../key-part.ts'

export interface RedisReportsOptions {
  /** This instance, by a name that no other living one has. Default host, process and a random part. */
  readonly instance?: string
  /** How often it shows that it lives, from 10 ms to 1 h. Default 2 s. */
  readonly heartbeat?: Duration
  /** After how long without a sign of life an instance no longer counts, at least twice the heartbeat. Default 10 s. */
  readonly expiry?: Duration
  /** How many instances count for one breaker, from 1 to 10,000; the reports of more are not kept. Default 1,000. */
  readonly instancesMax?: number
  /** How many breakers of this instance take part, from 1 to 10,000; more are each alone. Default 1,000. */
  readonly namesMax?: number
  /** What the keys in Redis begin with, without braces. Default `seaworthy`. */
  readonly prefix?: string
  /** Clock and random numbers. Default the machine's. */
  readonly runtime?: Runtime
}

export const redisReportsDefaults = {
  heartbeat: '2s',
  expiry: '10s',
  instancesMax: 1_000,
  namesMax: 1_000,
  prefix: 'seaworthy',
  runtime: systemRuntime,
} as const

const fields = {
  instance: text(),
  heartbeat: duration('10ms', '1h'),
  expiry: duration('20ms', '1d'),
  instancesMax: integer(1, 10_000),
  namesMax: integer(1, 10_000),
  prefix: keyPrefix,
  runtime: object<Runtime>('an object with clock and random'),
}

export type ResolvedRedisReportsOptions = Resolved<typeof fields>

const resolve = defineOptions('Redis reports', redisReportsDefaults, fields)

export function resolveRedisReportsOptions(options: RedisReportsOptions): ResolvedRedisReportsOptions {
  const instance =
    options.instance ?? `${hostname().slice(0, 100)}/${process.pid}/${randomBytes(4).toString('hex')}`
  const resolved = resolve({ ...options, instance })
  const { heartbeat, expiry } = resolved
  if (expiry >= 2 * heartbeat) return resolved
  throw coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure Redis reports: "expiry" must be at least twice the heartbeat of ${heartbeat} ms, or a living instance would be taken for dead, received ${expiry} ms`,
    { details: { heartbeatMs: heartbeat, expiryMs: expiry } },
  )
}
