import type { RedisLink } from '../../src/index.ts'

/** A link that notes when the server answered the newest of each caller's questions, by the server's clock. */
export function watchedLink(link: RedisLink, arrivals: Map<string, number>): RedisLink {
  return {
    get state() {
      return link.state
    },
    run: async (script, keys, args) => {
      const reply = await link.run(script, keys, args)
      const [id] = args
      if (script.name === 'window reserve' && Array.isArray(reply)) {
        arrivals.set(String(id).replace(/\/[^/]*$/, ''), Number(reply.at(-1)))
      }
      return reply
    },
    subscribe: (channel, listener) => link.subscribe(channel, listener),
    onChange: (listener) => link.onChange(listener),
    ready: (signal) => link.ready(signal),
    close: () => link.close(),
    [Symbol.asyncDispose]: () => link.close(),
  }
}
