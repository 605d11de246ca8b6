import type { RedisLink } from '../../src/index.ts'

/** A caller, and when the server first had its question. */
export interface Caller {
  arrivedUs: number | undefined
}

/** Notes when the server first had the question of each caller, by its own clock. */
export class Arrivals {
  #asking: Caller | undefined

  /** Lets a caller ask. Only the first question counts: one that has to ask again came when it came. */
  of<Answer>(caller: Caller, ask: () => Answer): Answer {
    this.#asking = caller.arrivedUs === undefined ? caller : undefined
    try {
      return ask()
    } finally {
      this.#asking = undefined
    }
  }

  /** The link of a limit, with an eye on what the server answers. */
  watched(link: RedisLink): RedisLink {
    return {
      get state() {
        return link.state
      },
      run: async (script, keys, args) => {
        // A question is sent as it is asked; what is sent at another time is none of a caller's first.
        const caller = this.#asking
        const reply = await link.run(script, keys, args)
        if (caller !== undefined && Array.isArray(reply)) caller.arrivedUs ??= Number(reply.at(-1))
        return reply
      },
      subscribe: (channel, listener) => link.subscribe(channel, listener),
      onChange: (listener) => link.onChange(listener),
      ready: (signal) => link.ready(signal),
      close: () => link.close(),
      [Symbol.asyncDispose]: () => link.close(),
    }
  }
}
