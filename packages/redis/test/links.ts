import { vi } from 'vitest'
import { createRedisLink, type LinkOptions, type RedisLink } from '../src/index.ts'
import { createIoredisLink } from '../src/ioredis.ts'

/** The link over each client, for tests that must hold over both. */
export const linksOfBoth: readonly (readonly [
  string,
  (options: LinkOptions & { url: string }) => RedisLink,
])[] = [
  ['node-redis', createRedisLink],
  ['ioredis', createIoredisLink],
]

/** For conditions that take a while to come about in another process. */
export const patience = { timeout: 15_000, interval: 10 }

/** Waits until the link is in a state of this kind. */
export async function until(link: RedisLink, kind: RedisLink['state']['kind']): Promise<void> {
  await vi.waitFor(() => {
    if (link.state.kind !== kind) throw new Error(`the link is ${link.state.kind}`)
  }, patience)
}
