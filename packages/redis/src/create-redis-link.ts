import { callable, defineOptions, optional } from 'seaworthy/core'
import { createClient } from 'redis'
import { linkDefaults, linkFields, redisUrl, type LinkOptions } from './link/link-options.ts'
import { clientsOf } from './link/link-source.ts'
import { nodeRedisWires, type NodeRedisClient } from './link/node-redis-wire.ts'
import { openLink } from './link/open-link.ts'
import type { RedisLink } from './link/redis-link.ts'

export interface RedisLinkOptions extends LinkOptions {
  /** `redis[s]://[[user][:password]@]host[:port][/database]`. Either this or `client`. */
  readonly url?: string
  /**
   * Makes a client, cluster or sentinel of `redis` with settings of its own; called for each connection, as the link
   * reconnects by itself. Give it `disableOfflineQueue: true` and `socket: { reconnectStrategy: false }`.
   */
  readonly client?: () => NodeRedisClient
}

const resolveOptions = defineOptions('Redis link', linkDefaults, {
  ...linkFields,
  url: optional(redisUrl),
  client: optional(callable<() => NodeRedisClient>()),
})

/**
 * Makes a link over `redis` (node-redis). It connects in the background and returns at once; `ready()` waits for it. Its
 * connection keeps the process alive until `close()`.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function createRedisLink(options: RedisLinkOptions): RedisLink {
  const resolved = resolveOptions(options, options.name)
  const { connectTimeout } = resolved
  const clients = clientsOf<NodeRedisClient>(resolved, (url, signal) => {
    // The signal goes on to the socket and ends it while it connects, which `destroy` alone would wait for.
    const socket = { reconnectStrategy: false, connectTimeout, signal } as const
    return createClient({ url, disableOfflineQueue: true, maintNotifications: 'disabled', socket })
  })
  return openLink(resolved, nodeRedisWires(clients))
}
