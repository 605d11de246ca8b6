import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { memorySharedLimit } from './memory-shared-limit.ts'
import type { SharedLimit, SharedLimitGrant } from './shared-limit.ts'
import { sharedRateLimit, type SharedRateLimit } from './shared-rate-limit.ts'
import type { WhenUnreachable } from './shared-rate-limit-options.ts'

const limit = 4
const intervalMs = 1_000

/** Answers after a delay, or not at all, and knows what is out. */
class SlowStore implements SharedLimit {
  delayMs = 0
  isDown = false
  readonly out = new Set<string>()
  readonly #inner: SharedLimit
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    this.#clock = clock
    this.#inner = memorySharedLimit(clock)
  }

  async reserve(...[request]: Parameters<SharedLimit['reserve']>): ReturnType<SharedLimit['reserve']> {
    if (this.isDown) throw new Error('down')
    const answer = await this.#inner.reserve(request)
    if (answer.granted) this.out.add(answer.id)
    await this.#wait(this.delayMs)
    // The wait is told from the moment of the answer.
    return answer.granted ? { ...answer, waitMs: Math.max(0, answer.waitMs - this.delayMs) } : answer
  }

  async giveBack(grant: SharedLimitGrant): Promise<void> {
    this.out.delete(grant.id)
    return this.#inner.giveBack(grant)
  }

  async pause(...[target, forMs]: Parameters<SharedLimit['pause']>): Promise<void> {
    return this.#inner.pause(target, forMs)
  }

  #wait(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => void this.#clock.schedule(ms, resolve))
  }
}

interface Caller {
  readonly controller: AbortController
  state: 'waiting' | 'started' | 'gone' | 'refused'
}

/** Two processes on one store, with callers who come and go. */
class Trial {
  readonly clock = manualClock()
  readonly store = new SlowStore(this.clock)
  readonly #processes: readonly SharedRateLimit[]
  readonly #callers: Caller[] = []
  readonly startsMs: number[] = []

  constructor(whenUnreachable: WhenUnreachable = 'refuse') {
    this.#processes = [1, 2].map((number) =>
      sharedRateLimit(
        {
          name: 'model',
          store: this.store,
          limit,
          interval: intervalMs,
          queueWaitMax: '3s',
          storeTimeout: '100ms',
          retryStore: '300ms',
          whenUnreachable,
          caller: `${number}`,
        },
        { clock: this.clock },
      ),
    )
  }

  call(value: number): void {
    const caller: Caller = { controller: new AbortController(), state: 'waiting' }
    this.#callers.push(caller)
    const { signal } = caller.controller
    void this.#processes[value % 2]?.acquire(1, { signal }).then(
      () => {
        caller.state = 'started'
        this.startsMs.push(this.clock.now())
      },
      (error) => {
        caller.state = error === 'gone' ? 'gone' : 'refused'
      },
    )
  }

  abort(value: number): void {
    this.#callers[value % Math.max(1, this.#callers.length)]?.controller.abort('gone')
  }

  delay(value: number): void {
    this.store.delayMs = [0, 0, 30, 150][value % 4] ?? 0
  }

  down(value: number): void {
    this.store.isDown = value % 3 === 0
  }

  async finish(): Promise<void> {
    await this.clock.advance(20_000)
    expect(this.#callers.filter(({ state }) => state === 'waiting')).toEqual([])
    for (const process of this.#processes) expect(process.snapshot().waiting).toBe(0)
    expect(this.clock.pending).toBe(0)
  }
}

const step = fc.record({
  type: fc.constantFrom('call', 'call', 'call', 'abort', 'delay', 'down', 'advance', 'advance'),
  value: fc.nat(400),
})

test.each(['refuse', 'local-share'] as const)(
  'sharedRateLimit: whatever the store does, each caller ends, and what was granted to nobody is given back, with %s',
  async (whenUnreachable) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const trial = new Trial(whenUnreachable)
        for (const { type, value } of steps) {
          if (type === 'advance') await trial.clock.advance(value)
          else trial[type](value)
          if (value % 5 === 0) await trial.clock.settle()
        }
        await trial.finish()
        const [granted, started] = [trial.store.out.size, trial.startsMs.length]
        if (whenUnreachable === 'refuse') expect(granted).toBe(started)
        else expect(granted).toBeLessThanOrEqual(started)
      }),
      { numRuns: 150 },
    )
  },
)

test('sharedRateLimit: with a store that answers, no span sees more than the limit, and all who may wait start', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(400), { minLength: 5, maxLength: 12 }), async (gapsMs) => {
      const trial = new Trial()
      for (const gapMs of gapsMs) {
        trial.call(gapMs)
        await trial.clock.advance(gapMs)
      }
      await trial.finish()
      expect(trial.store.out.size).toBe(gapsMs.length)
      expect(trial.startsMs).toHaveLength(gapsMs.length)
      for (const fromMs of trial.startsMs) {
        const inSpan = trial.startsMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + intervalMs)
        expect(inSpan.length).toBeLessThanOrEqual(limit)
      }
    }),
    { numRuns: 60 },
  )
})
