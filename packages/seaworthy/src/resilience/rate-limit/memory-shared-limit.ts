import type { Clock } from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { LruMap } from '../keyed/lru-map.ts'
import type { Taken } from './meter.ts'
import type {
  SharedLimit,
  SharedLimitAnswer,
  SharedLimitGrant,
  SharedLimitRequest,
  SharedLimitTarget,
} from './shared-limit.ts'
import { WindowMeter } from './window-meter.ts'

/** Limits, and grants that can be given back. The least recently used go. */
const entriesMax = 10_000
/** Moments of a window that are told apart: the law holds for any limit. */
const grains = 1_000

interface Entry {
  readonly meter: WindowMeter
  pausedUntilMs: number
}

/**
 * A shared limit in the memory of one process, for tests of what uses one. It keeps the law by a sliding window.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION for what is no clock
 */
export function memorySharedLimit(clock: Clock): SharedLimit {
  return new MemorySharedLimit(completeRuntime({ clock }).clock)
}

class MemorySharedLimit implements SharedLimit {
  readonly #clock: Clock
  readonly #entries = new LruMap<Entry>(entriesMax)
  readonly #grants = new LruMap<Taken>(entriesMax)
  #grantCount = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async reserve(request: SharedLimitRequest): Promise<SharedLimitAnswer> {
    const { name, key, cost, limit, intervalMs, maxWaitMs, caller } = request
    const nowMs = this.#clock.now()
    const { meter, pausedUntilMs } = this.#entryOf(request)
    meter.reconfigure({ limit, intervalMs, burst: limit })
    const startMs = meter.startMs(0, cost, Math.max(nowMs, pausedUntilMs))
    const waitMs = startMs - nowMs
    if (waitMs > maxWaitMs) return { granted: false, retryAfterMs: waitMs }
    meter.take(0, cost, startMs)
    const id = `${++this.#grantCount}`
    this.#grants.set(id, { units: cost, startMs })
    return { granted: true, id, name, key, cost, caller, waitMs }
  }

  async giveBack(grant: SharedLimitGrant): Promise<void> {
    const taken = this.#grants.get(grant.id)
    if (taken === undefined) return
    this.#grants.delete(grant.id)
    this.#entries.get(entryKey(grant))?.meter.giveBack(0, taken)
  }

  async pause(target: SharedLimitTarget, forMs: number): Promise<void> {
    const entry = this.#entryOf(target)
    entry.pausedUntilMs = Math.max(entry.pausedUntilMs, this.#clock.now() + forMs)
  }

  #entryOf(target: SharedLimitTarget): Entry {
    const key = entryKey(target)
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    const meter = new WindowMeter({ limit: 1, intervalMs: 1, burst: 1 }, grains)
    const entry = { meter, pausedUntilMs: -Infinity }
    this.#entries.set(key, entry)
    return entry
  }
}

function entryKey({ name, key }: SharedLimitTarget): string {
  return JSON.stringify([name, key])
}
