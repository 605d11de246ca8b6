/**
 * The link to Redis over `ioredis`, for services that use that client already. All else comes from `@seaworthy/redis`.
 *
 * @module
 */

import { Redis } from 'ioredis'
import { callable, defineOptions, optional } from 'seaworthy/core'
import { ioredisWires, type IoredisClient } from './link/ioredis-wire.ts'
import { linkDefaults, linkFields, redisUrl, type LinkOptions } from './link/link-options.ts'
import { clientsOf } from './link/link-source.ts'
import { openLink } from './link/open-link.ts'
import type { RedisLink } from './link/redis-link.ts'

export interface IoredisLinkOptions extends LinkOptions {
  /** `redis[s]://[[user][:password]@]host[:port][/database]`. Either this or `client`. */
  readonly url?: string
  /**
   * Makes a client or cluster of `ioredis` with settings of its own; called for each connection, as the link reconnects by
   * itself. Give it `lazyConnect: true`, `enableOfflineQueue: false` and `retryStrategy: null`.
   */
  readonly client?: () => IoredisClient
}

const resolveOptions = defineOptions('Redis link', linkDefaults, {
  ...linkFields,
  url: optional(redisUrl),
  client: optional(callable<() => IoredisClient>()),
})

/** The client would wait so long for the other side's end of a connection that is destroyed already. */
const disconnectTimeout = 1

/**
 * Makes a link over `ioredis`. It connects in the background and returns at once; `ready()` waits for it. Its connection
 * keeps the process alive until `close()`.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function createIoredisLink(options: IoredisLinkOptions): RedisLink {
  const resolved = resolveOptions(options, options.name)
  const { connectTimeout } = resolved
  const clients = clientsOf<IoredisClient>(
    resolved,
    (url) =>
      new Redis(url, {
        lazyConnect: true,
        enableOfflineQueue: false,
        retryStrategy: null,
        maxRetriesPerRequest: 0,
        autoResubscribe: false,
        autoResendUnfulfilledCommands: false,
        connectTimeout,
        disconnectTimeout,
      }),
  )
  return openLink(resolved, ioredisWires(clients))
}
