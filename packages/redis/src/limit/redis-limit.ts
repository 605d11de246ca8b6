import { randomBytes } from 'node:crypto'
import { coreError, errorCode } from 'seaworthy/core'
import type {
  SharedLimit,
  SharedLimitAnswer,
  SharedLimitGrant,
  SharedLimitRequest,
  SharedLimitTarget,
} from 'seaworthy/resilience'
import type { RedisLink } from '../link/redis-link.ts'
import { redisError } from '../redis-errors.ts'
import { LateUnits } from './late-units.ts'
import { Ledger } from './ledger.ts'
import { limitKeys, type LimitKeys } from './limit-keys.ts'
import {
  resolveRedisLimitOptions,
  type RedisLimitOptions,
  type ResolvedRedisLimitOptions,
} from './limit-options.ts'
import { readLimitReply, type LimitReply } from './limit-reply.ts'
import { limitScripts, type LimitScripts } from './limit-scripts.ts'
import { LimitWatch } from './limit-watch.ts'
import { Punctuality } from './punctuality.ts'
import { localBounds } from './server-time.ts'
import { readiness, type Readiness, type Slot } from './slot.ts'
import { UnreturnedUnits } from './unreturned.ts'

/** A limit that processes keep together in Redis, on the clock of its server. Disposing of it stops listening. */
export interface RedisLimit extends Required<SharedLimit>, Disposable {}

/**
 * Makes a store of shared limits. One is enough for all limits of a process that count in the same form. While the link
 * makes its first connection, requests wait for it: `connectTimeout` of the link at most, or as long as who asks is willing
 * to, such as `storeTimeout` of a shared rate limit.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function createRedisLimit(link: RedisLink, options: RedisLimitOptions = {}): RedisLimit {
  return new LinkedLimit(link, resolveRedisLimitOptions(options))
}

/** How often a unit that arrives too late to be used is asked for anew. */
const attemptsMax = 3
/** How soon to look again while the server is being asked for its time. */
const askAgainMs = 5
/** How many grants may wait for Redis to be given back. */
const unreturnedMax = 10_000
/** After these, it is not known whether a script ran. */
const maybeDone: ReadonlySet<string | undefined> = new Set([
  'ERR_REDIS_TIMEOUT',
  'ERR_REDIS_LOST',
  'ERR_REDIS_REPLY',
])
/** The longest wait that a script can count: far above any, and exact as a number. */
const countableUs = 1e15

class LinkedLimit implements RedisLimit {
  readonly #link: RedisLink
  readonly #options: ResolvedRedisLimitOptions
  readonly #scripts: LimitScripts
  readonly #channel: string
  readonly #ledger: Ledger
  readonly #punctuality: Punctuality
  readonly #unreturned = new UnreturnedUnits(unreturnedMax)
  readonly #watch: LimitWatch
  readonly #late: LateUnits
  readonly #slots = new WeakMap<SharedLimitGrant, Slot>()
  /** Tells the grants of this store from those of others that have the same caller. */
  readonly #instance = randomBytes(4).toString('hex')
  /** The end of the first attempt to connect, until then. */
  #firstNews: Promise<void> | undefined
  #grants = 0

  constructor(link: RedisLink, options: ResolvedRedisLimitOptions) {
    this.#link = link
    this.#firstNews = firstNewsOf(link)?.then(() => {
      this.#firstNews = undefined
    })
    this.#options = options
    this.#scripts = limitScripts(options.form)
    this.#channel = `${options.prefix}:limit`
    this.#ledger = new Ledger(options.keysMax)
    this.#late = new LateUnits(() => options.clock.now())
    this.#punctuality = new Punctuality(options.startWithin)
    this.#watch = new LimitWatch({
      link,
      scripts: this.#scripts,
      ledger: this.#ledger,
      unreturned: this.#unreturned,
      channel: this.#channel,
      now: () => options.clock.now(),
    })
  }

  async reserve(request: SharedLimitRequest): Promise<SharedLimitAnswer> {
    check(request)
    const keys = limitKeys(this.#options.prefix, request)
    if (this.#firstNews !== undefined) await this.#firstNews
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const answer = await this.#reserveOnce(request, keys)
      if (!answer.granted || this.dueInMs(answer) !== 'late') return answer
      await this.giveBack(answer)
    }
    throw redisError(
      'ERR_REDIS_TOO_SLOW',
      `Cannot reserve units of limit "${request.name}": the answer of Redis must come within ${this.#punctuality.allowanceMs(request.intervalMs)} ms, received ${attemptsMax} later ones`,
      { details: { name: request.name, key: request.key }, retryAfterMs: request.intervalMs },
    )
  }

  async giveBack(grant: SharedLimitGrant): Promise<void> {
    const { id, cost } = grant
    const keys = limitKeys(this.#options.prefix, grant).all
    try {
      await this.#link.run(this.#scripts.giveBack, keys, [id, cost])
    } catch {
      this.#unreturned.add({ id, cost, keys })
    }
  }

  async pause(target: SharedLimitTarget, forMs: number): Promise<void> {
    const keys = limitKeys(this.#options.prefix, target)
    if (this.#firstNews !== undefined) await this.#firstNews
    await this.#link.run(this.#scripts.pause, keys.all, [Math.ceil(forMs * 1_000)])
    // Not by the message alone, which takes a while.
    await this.#watch.look(keys.state)
  }

  dueInMs(grant: SharedLimitGrant): number | 'late' {
    const slot = this.#slots.get(grant)
    if (slot === undefined) return 0
    const found = this.#readinessOf(slot)
    switch (found.kind) {
      case 'early':
        return found.byMs
      case 'unsure':
        void this.#watch.look(slot.limit)
        return askAgainMs
      case 'due':
        this.#punctuality.started()
        return 0
      case 'late':
        return this.#late.isAsking(grant) || this.#isHeldFor(grant, slot, found.byMs) ? askAgainMs : 'late'
      case 'void':
        return 'late'
    }
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]()
  }

  /** Whether a unit that is so late may still keep its place. */
  #isHeldFor(grant: SharedLimitGrant, slot: Slot, byMs: number): boolean {
    this.#punctuality.late(byMs)
    if (this.#link.state.kind !== 'ready') return false
    return this.#late.ask(grant, {
      restMs: slot.heardWithinMs * 2,
      hold: () => this.#watch.hold(slot),
    })
  }

  #readinessOf(slot: Slot): Readiness {
    return readiness(slot, {
      nowMs: this.#options.clock.now(),
      news: this.#ledger.newsOf(slot.limit),
      time: this.#ledger.timeOf(slot.limit),
      canAsk: this.#link.state.kind === 'ready',
    })
  }

  async #reserveOnce(request: SharedLimitRequest, keys: LimitKeys): Promise<SharedLimitAnswer> {
    const { form, queue, burst, clock } = this.#options
    const { name, key, cost, caller, intervalMs } = request
    const allowanceMs = this.#punctuality.allowanceMs(intervalMs)
    const [intervalUs, allowanceUs] = [Math.ceil(intervalMs * 1_000), Math.ceil(allowanceMs * 1_000)]
    const waitMaxUs = Math.min(Math.floor(request.maxWaitMs * 1_000), countableUs)
    const id = `${caller}/${this.#instance}${(this.#grants++).toString(36)}`
    const sentAtMs = clock.now()
    const known = this.#ledger.generationOf(keys.state, sentAtMs)
    const last = form === 'window' ? queue : burst
    const args = [id, cost, request.limit, intervalUs, allowanceUs, waitMaxUs, known, last]
    const { granted, waitUs, startUs, news, serverUs } = await this.#ask(keys.all, args)
    const receivedAtMs = clock.now()
    const answer = { sentAtMs, receivedAtMs, serverMs: serverUs / 1_000 }
    const waitMs = waitUs / 1_000
    if (!granted) {
      this.#ledger.note(keys.state, news, answer)
      return { granted: false, retryAfterMs: Math.ceil(waitMs) }
    }
    const countUntilMs = sentAtMs + waitMs + intervalMs
    const time = this.#ledger.noteGrant(keys.state, {
      news,
      units: { keys: keys.all, spacingUs: intervalUs + allowanceUs, countUntilMs },
      answer,
    })
    const serverMs = (serverUs + waitUs) / 1_000
    const found = localBounds(time, serverMs)
    // The moment of a unit that need not wait is over when its answer is heard.
    const bounds = waitUs === 0 ? { ...found, latestMs: receivedAtMs } : found
    const { generation, movedUs } = news
    const slot = {
      limit: keys.state,
      keys: keys.all,
      generation,
      startUs,
      movedUs,
      serverMs,
      settings: time.settings,
      bounds,
      allowanceMs,
      heldUs: news.heldUs,
      heardWithinMs: intervalMs / 2,
    }
    const grant: SharedLimitGrant = {
      granted: true,
      name,
      key,
      id,
      cost,
      caller,
      waitMs: Math.max(0, bounds.latestMs - receivedAtMs),
    }
    this.#slots.set(grant, slot)
    return grant
  }

  /** Asks for units. When no answer comes they may be taken all the same, and go back as soon as can be. */
  async #ask(keys: readonly string[], args: readonly (string | number)[]): Promise<LimitReply> {
    try {
      return readLimitReply(await this.#link.run(this.#scripts.reserve, keys, args))
    } catch (error) {
      const [id, cost] = args
      if (maybeDone.has(errorCode(error))) this.#unreturned.add({ id: String(id), cost: Number(cost), keys })
      throw error
    }
  }
}

/**
 * Resolves when the first attempt to connect has ended, `connectTimeout` after the start of the link at the latest: before
 * that, nobody can tell that Redis is away. Undefined when it has ended.
 */
function firstNewsOf(link: RedisLink): Promise<void> | undefined {
  const { state } = link
  if (state.kind !== 'connecting' || 'cause' in state) return undefined
  return new Promise((resolve) => {
    const stop = link.onChange(() => {
      stop()
      resolve()
    })
  })
}

/** A wrong request would take from others or never be granted, so it is refused before it is sent. */
function check({ name, cost, limit, intervalMs, maxWaitMs }: SharedLimitRequest): void {
  const isWhole = Number.isSafeInteger(cost) && Number.isSafeInteger(limit)
  if (isWhole && cost >= 1 && cost <= limit && intervalMs > 0 && maxWaitMs >= 0) return
  throw coreError(
    'ERR_INVALID_OPTION',
    `Cannot reserve units of limit "${name}": 1 <= cost <= limit, intervalMs > 0 and maxWaitMs >= 0 must hold, received ${JSON.stringify({ cost, limit, intervalMs, maxWaitMs })}`,
    { details: { name, cost, limit, intervalMs, maxWaitMs } },
  )
}
