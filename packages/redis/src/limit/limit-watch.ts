import type { RedisLink } from '../link/redis-link.ts'
import type { Ledger, LimitInUse } from './ledger.ts'
import { readLimitReply } from './limit-reply.ts'
import type { LimitScripts } from './limit-scripts.ts'
import { startNow, type Slot } from './slot.ts'
import type { Unreturned, UnreturnedUnits } from './unreturned.ts'

export interface LimitWatchOptions {
  readonly link: RedisLink
  readonly scripts: LimitScripts
  readonly ledger: Ledger
  readonly unreturned: UnreturnedUnits
  readonly channel: string
  readonly now: () => number
}

/** Scripts count in whole microseconds. */
function whole(value: string | number): string | number {
  return typeof value === 'number' ? Math.floor(value) : value
}

/** How many commands a reconnection has under way at the same time. */
const atOnce = 100

/**
 * Keeps the ledger up to date: on a message that a limit was moved, and after each reconnection, when messages were missed
 * and the server may have lost what it held. Gives back then what could not go back before.
 */
export class LimitWatch implements Disposable {
  readonly #options: LimitWatchOptions
  readonly #stops: readonly (() => void)[]
  /** The limits that are being looked at, and whether to look again afterwards. */
  readonly #looking = new Map<string, boolean>()

  constructor(options: LimitWatchOptions) {
    this.#options = options
    this.#stops = [
      options.link.subscribe(options.channel, (limit) => void this.look(limit)),
      options.link.onChange(({ kind }) => {
        if (kind === 'ready') void this.#catchUp()
      }),
    ]
  }

  /** Asks what holds for a limit, if this process has units of it. Never rejects: what fails is asked after reconnecting. */
  async look(limit: string): Promise<void> {
    if (this.#looking.has(limit)) {
      this.#looking.set(limit, true)
      return
    }
    const used = this.#options.ledger.usedOf(limit, this.#options.now())
    if (used === undefined) return
    this.#looking.set(limit, false)
    await this.#lookAt(used)
    const isNewsSince = this.#looking.get(limit) === true
    this.#looking.delete(limit)
    if (isNewsSince) await this.look(limit)
  }

  /** Asks that the clock of a limit is held for a unit that comes too late. Answers whether that was done. Never rejects. */
  async hold(slot: Slot): Promise<boolean> {
    const { limit, keys, generation, allowanceMs, heardWithinMs } = slot
    const { link, scripts, ledger, now } = this.#options
    const sentAtMs = now()
    // Whoever is to start a span later, or nearly, has heard of it by then.
    const args = [generation, startNow(slot, ledger.newsOf(limit)), allowanceMs * 1_000, heardWithinMs * 500]
    try {
      const reply = await link.run(scripts.hold, keys, args.map(whole))
      const { granted, news, serverUs } = readLimitReply(reply)
      ledger.note(limit, news, { sentAtMs, receivedAtMs: now(), serverMs: serverUs / 1_000 })
      return granted
    } catch {
      return false
    }
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop()
  }

  async #catchUp(): Promise<void> {
    const { link, ledger, unreturned, now } = this.#options
    const used = [...ledger.inUse(now())]
    while (used.length > 0) {
      await Promise.all(used.splice(0, atOnce).map(({ limit }) => this.look(limit)))
    }
    while (unreturned.size > 0) {
      await Promise.all(unreturned.take(atOnce).map((entry) => this.#giveBack(entry)))
      if (link.state.kind !== 'ready') return
    }
  }

  async #giveBack(entry: Unreturned): Promise<void> {
    const { link, scripts, unreturned } = this.#options
    try {
      await link.run(scripts.giveBack, entry.keys, [entry.id, entry.cost])
    } catch {
      // What Redis refuses now it refuses again.
      if (link.state.kind !== 'ready') unreturned.add(entry)
    }
  }

  async #lookAt({ limit, keys, generation, spacingUs }: LimitInUse): Promise<void> {
    const { link, scripts, ledger, now } = this.#options
    const sentAtMs = now()
    try {
      const { news, serverUs } = readLimitReply(await link.run(scripts.look, keys, [generation, spacingUs]))
      ledger.note(limit, news, { sentAtMs, receivedAtMs: now(), serverMs: serverUs / 1_000 })
    } catch {
      // The link is away, or will be asked again when somebody reserves.
    }
  }
}
