import type { SharedLimit } from 'seaworthy/resilience'
import type { RedisLimit, RedisLink } from '../../src/index.ts'

/** Notes when the server had each question, by its own clock, and in which order units are let start. */
export class Watch {
  readonly #arrivals = new Map<string, number>()
  readonly #starting: string[] = []

  /** The link of a limit, with an eye on what the server answers. */
  link(link: RedisLink): RedisLink {
    return {
      get state() {
        return link.state
      },
      run: async (script, keys, args) => {
        const reply = await link.run(script, keys, args)
        if (script.name === 'window reserve' && Array.isArray(reply)) {
          this.#arrivals.set(String(args[0]), Number(reply.at(-1)))
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

  /** The limit, with an eye on what is let start. */
  limit(limit: RedisLimit): SharedLimit {
    return {
      reserve: (request) => limit.reserve(request),
      giveBack: (grant) => limit.giveBack(grant),
      pause: (target, forMs) => limit.pause(target, forMs),
      dueInMs: (grant) => {
        const due = limit.dueInMs(grant)
        if (due === 0) this.#starting.push(grant.id)
        return due
      },
    }
  }

  /** When the server had the question of the unit that starts next. Callers go on in the order in which they are let. */
  nextArrivalUs(): number {
    const id = this.#starting.shift() ?? ''
    const arrivedUs = this.#arrivals.get(id) ?? 0
    this.#arrivals.delete(id)
    return arrivedUs
  }
}
