import type { Timer } from 'seaworthy/core'
import type { BreakerMembership, BreakerReports, PeerListener } from 'seaworthy/resilience'
import { keyPart } from '../key-part.ts'
import type { RedisLink } from '../link/redis-link.ts'
import { Member } from './member.ts'
import { exchangeReports, leaveReports } from './reports-lua.ts'
import {
  resolveRedisReportsOptions,
  type RedisReportsOptions,
  type ResolvedRedisReportsOptions,
} from './reports-options.ts'
import { readReportsReply } from './reports-reply.ts'

/** Reports of breakers that travel through Redis. Closing takes all of this instance back. */
export interface RedisReports extends BreakerReports, AsyncDisposable {
  close(): Promise<void>
}

/**
 * Makes the reports of this instance. A report reaches the others at once by a message, and again by each heartbeat. An
 * instance that shows no sign of life for `expiry` no longer counts. Without Redis nobody is heard, and every breaker
 * decides by itself.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function createRedisReports(link: RedisLink, options: RedisReportsOptions = {}): RedisReports {
  return new LinkedReports(link, resolveRedisReportsOptions(options))
}

const alone: BreakerMembership = Object.freeze({
  report: () => undefined,
  peers: () => [],
  leave: () => undefined,
})

class LinkedReports implements RedisReports {
  readonly #link: RedisLink
  readonly #options: ResolvedRedisReportsOptions
  readonly #channel: string
  /** By key. */
  readonly #members = new Map<string, Member>()
  /** The members that are being exchanged, and whether to do so again afterwards. */
  readonly #exchanging = new Map<Member, boolean>()
  readonly #stops: readonly (() => void)[]
  #heartbeat: Timer | undefined
  #isClosed = false

  constructor(link: RedisLink, options: ResolvedRedisReportsOptions) {
    this.#link = link
    this.#options = options
    this.#channel = `${options.prefix}:breaker`
    this.#stops = [
      link.subscribe(this.#channel, (key) => {
        const member = this.#members.get(key)
        if (member !== undefined) void this.#exchange(member)
      }),
      link.onChange(({ kind }) => {
        for (const member of this.#members.values()) {
          if (kind === 'ready') void this.#exchange(member)
          else member.hearNothing()
        }
      }),
    ]
    this.#beat()
  }

  join(name: string, listener: PeerListener): BreakerMembership {
    const key = `${this.#options.prefix}:breaker:{${keyPart(name)}}`
    const before = this.#members.get(key)
    if (before !== undefined) before.hasLeft = true
    else if (this.#members.size >= this.#options.namesMax || this.#isClosed) return alone
    const { expiry: expiryMs, runtime } = this.#options
    const member = new Member(key, { listener, clock: runtime.clock, expiryMs })
    this.#members.set(key, member)
    void this.#exchange(member)
    return {
      report: (report) => {
        if (member.hasLeft) return
        member.report(report)
        void this.#exchange(member)
      },
      peers: () => (member.hasLeft ? [] : member.peers()),
      leave: () => void this.#leave(member),
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#heartbeat?.cancel()
    for (const stop of this.#stops) stop()
    await Promise.all(Array.from(this.#members.values(), (member) => this.#leave(member)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** A tenth more or less each time, so that instances that started together do not ask together. */
  #beat(): void {
    const { heartbeat, runtime } = this.#options
    this.#heartbeat = runtime.clock.schedule(heartbeat * (0.9 + runtime.random.next() / 5), () => {
      for (const member of this.#members.values()) void this.#exchange(member)
      this.#beat()
    })
  }

  /** One at a time for each member, so that answers cannot overtake each other. */
  async #exchange(member: Member): Promise<void> {
    if (this.#exchanging.has(member)) {
      this.#exchanging.set(member, true)
      return
    }
    let isDue = true
    while (isDue && !member.hasLeft && this.#link.state.kind === 'ready') {
      this.#exchanging.set(member, false)
      await this.#exchangeOnce(member)
      isDue = this.#exchanging.get(member) === true
    }
    this.#exchanging.delete(member)
  }

  async #exchangeOnce(member: Member): Promise<void> {
    const { instance, expiry, instancesMax } = this.#options
    const { hasNews, verdict } = member
    const [forUs, expiryUs] = [Math.round(member.forMs * 1_000), Math.round(expiry * 1_000)]
    member.hasNews = false
    try {
      const args = [instance, verdict, forUs, expiryUs, instancesMax, this.#channel, hasNews ? 1 : 0]
      const reply = readReportsReply(await this.#link.run(exchangeReports, [member.key], args))
      if (!member.hasLeft) member.hear(reply)
    } catch {
      // Said again by the next heartbeat, or when Redis is back.
      member.hasNews ||= hasNews
    }
  }

  async #leave(member: Member): Promise<void> {
    if (member.hasLeft) return
    member.hasLeft = true
    this.#members.delete(member.key)
    try {
      await this.#link.run(leaveReports, [member.key], [this.#options.instance, this.#channel])
    } catch {
      // It is taken out when it has shown no sign of life for long enough.
    }
  }
}
