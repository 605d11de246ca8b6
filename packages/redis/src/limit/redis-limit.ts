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
import { Ledger } from './ledger.ts'
import { limitKeys, type LimitKeys } from './limit-keys.ts'
import {
  resolveRedisLimitOptions,
  startWithinOf,
  type RedisLimitOptions,
  type ResolvedRedisLimitOptions,
} from './limit-options.ts'
import { readLimitReply, type LimitReply } from './limit-reply.ts'
import { limitScripts, type LimitScripts } from './limit-scripts.ts'
import { LimitWatch } from './limit-watch.ts'
import { dueInMs, slotTimes, type Slot } from './slot.ts'
import { UnreturnedUnits } from './unreturned.ts'

/** A limit that processes keep together in Redis, on the clock of its server. Disposing of it stops listening. */
export interface RedisLimit extends Required<SharedLimit>, Disposable {}

/**
 * Makes a store of shared limits. One is enough for all limits of a process that count in the same form.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function createRedisLimit(link: RedisLink, options: RedisLimitOptions = {}): RedisLimit {
  return new LinkedLimit(link, resolveRedisLimitOptions(options))
}

/** How often a unit that arrives too late to be used is asked for anew. */
const attemptsMax = 3
/** How many grants may wait for Redis to be given back. */
const unreturnedMax = 10_000
/** After these, it is not known whether a script ran. */
const maybeDone: ReadonlySet<string | undefined> = new Set([
  'ERR_REDIS_TIMEOUT',
  'ERR_REDIS_LOST',
  'ERR_REDIS_REPLY',
])
/** The longest wait that a script can count: far above any, and exact as a number. */
const waitMaxUs = 1e15

class LinkedLimit implements RedisLimit {
  readonly #link: RedisLink
  readonly #options: ResolvedRedisLimitOptions
  readonly #scripts: LimitScripts
  readonly #channel: string
  readonly #ledger: Ledger
  readonly #unreturned = new UnreturnedUnits(unreturnedMax)
  readonly #watch: LimitWatch
  readonly #slots = new WeakMap<SharedLimitGrant, Slot>()
  /** Tells the grants of this store from those of others that have the same caller. */
  readonly #instance = randomBytes(4).toString('hex')
  #grants = 0

  constructor(link: RedisLink, options: ResolvedRedisLimitOptions) {
    this.#link = link
    this.#options = options
    this.#scripts = limitScripts(options.form)
    this.#channel = `${options.prefix}:limit`
    this.#ledger = new Ledger(options.keysMax)
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
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const answer = await this.#reserveOnce(request, keys)
      if (!answer.granted || this.dueInMs(answer) !== 'late') return answer
      await this.giveBack(answer)
    }
    throw redisError(
      'ERR_REDIS_TOO_SLOW',
      `Cannot reserve units of limit "${request.name}": the answer of Redis must come within ${this.#startWithinMs(request)} ms, received ${attemptsMax} later ones`,
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
    await this.#link.run(this.#scripts.pause, keys.all, [Math.ceil(forMs * 1_000), this.#channel])
    // Not by the message alone, which takes a while.
    await this.#watch.look(keys.state)
  }

  dueInMs(grant: SharedLimitGrant): number | 'late' {
    const slot = this.#slots.get(grant)
    if (slot === undefined) return 0
    return dueInMs(slot, this.#ledger.newsOf(slot.limit), this.#options.clock.now())
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]()
  }

  async #reserveOnce(request: SharedLimitRequest, keys: LimitKeys): Promise<SharedLimitAnswer> {
    const { form, queue, burst, clock } = this.#options
    const startWithinMs = this.#startWithinMs(request)
    const spacingUs = Math.ceil((request.intervalMs + startWithinMs) * 1_000)
    const id = `${request.caller}/${this.#instance}${(this.#grants++).toString(36)}`
    const sentAtMs = clock.now()
    const waitMax = Math.min(Math.floor(request.maxWaitMs * 1_000), waitMaxUs)
    const known = this.#ledger.generationOf(keys.state, sentAtMs)
    const args = [
      id,
      request.cost,
      request.limit,
      spacingUs,
      waitMax,
      form === 'window' ? queue : burst,
      known,
    ]
    const { granted, waitUs, startUs, news } = await this.#ask(keys.all, args)
    const waitMs = waitUs / 1_000
    if (!granted) {
      this.#ledger.note(keys.state, news)
      return { granted: false, retryAfterMs: Math.ceil(waitMs) }
    }
    const countUntilMs = sentAtMs + waitMs + spacingUs / 1_000
    this.#ledger.note(keys.state, news, { keys: keys.all, spacingUs, countUntilMs })
    const receivedAtMs = clock.now()
    const times = slotTimes({ sentAtMs, receivedAtMs, waitMs, startWithinMs })
    const { name, key, cost, caller } = request
    const leftMs = times.fromMs - receivedAtMs
    const grant: SharedLimitGrant = { granted: true, name, key, id, cost, caller, waitMs: leftMs }
    const { generation, movedUs } = news
    this.#slots.set(grant, { limit: keys.state, startUs, generation, movedUs, ...times })
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

  #startWithinMs({ intervalMs }: SharedLimitRequest): number {
    return this.#options.startWithin ?? startWithinOf(intervalMs)
  }
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
