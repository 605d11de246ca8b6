import fc from 'fast-check'
import { expect, test } from 'vitest'
import { errorCode, manualClock, type ManualClock } from 'seaworthy/core'
import { bulkhead } from './bulkhead.ts'
import type { Bulkhead } from './bulkhead-handle.ts'
import { callContext } from '../engine/caller-scope.ts'

interface Limits {
  readonly concurrency: number
  readonly queue: number
}

interface TrialCall {
  readonly number: number
  readonly end: PromiseWithResolvers<void>
  readonly controller: AbortController
  state: 'asked' | 'running' | 'ended' | 'refused' | 'left'
}

/** Calls that start, end and are aborted in any order, with or without time for promises in between. */
class Trial {
  readonly #limits: Limits
  readonly #clock: ManualClock
  readonly #slots: Bulkhead
  readonly #calls: TrialCall[] = []
  readonly #startOrder: number[] = []
  readonly #wronglyStarted: number[] = []

  constructor(limits: Limits) {
    this.#limits = limits
    this.#clock = manualClock()
    this.#slots = bulkhead({ name: 'model', ...limits }, { clock: this.#clock })
  }

  start(): void {
    const isFull = this.#slots.snapshot().active === this.#limits.concurrency
    const isQueueFull = this.#slots.snapshot().waiting === this.#limits.queue
    const call: TrialCall = {
      number: this.#calls.length,
      end: Promise.withResolvers(),
      controller: new AbortController(),
      state: 'asked',
    }
    this.#calls.push(call)
    const result = this.#slots.execute(() => {
      // Who was refused or has left is never started.
      if (call.state !== 'asked') this.#wronglyStarted.push(call.number)
      call.state = 'running'
      this.#startOrder.push(call.number)
      return call.end.promise
    }, callContext(call.controller.signal))
    result.catch((error) => {
      if (call.state === 'asked') call.state = errorCode(error) === 'ERR_BULKHEAD_FULL' ? 'refused' : 'left'
    })
    expect(call.state).toBe(isFull ? 'asked' : 'running')
    if (isFull && isQueueFull) call.state = 'refused'
  }

  end(pick: number): void {
    const running = this.#in('running')
    const call = running[pick % Math.max(1, running.length)]
    if (call === undefined) return
    call.state = 'ended'
    call.end.resolve()
  }

  abort(pick: number): void {
    this.#calls[pick % Math.max(1, this.#calls.length)]?.controller.abort()
  }

  settle(): Promise<void> {
    return this.#clock.settle()
  }

  check(): void {
    const { active, waiting } = this.#slots.snapshot()
    expect(this.#in('running').length).toBeLessThanOrEqual(this.#limits.concurrency)
    expect(active).toBeLessThanOrEqual(this.#limits.concurrency)
    expect(waiting).toBeLessThanOrEqual(this.#limits.queue)
    expect(this.#wronglyStarted).toEqual([])
  }

  /** Ends all that runs until nothing does: then nobody may be left waiting. */
  async drain(): Promise<void> {
    await this.settle()
    for (let left = this.#calls.length; left > 0 && this.#in('running').length > 0; left--) {
      this.end(0)
      await this.settle()
    }
    expect(this.#in('asked')).toEqual([])
    expect(this.#startOrder).toEqual(this.#startOrder.toSorted((a, b) => a - b))
    expect(this.#slots.snapshot()).toMatchObject({ active: 0, waiting: 0, abandoned: 0 })
  }

  #in(state: TrialCall['state']): readonly TrialCall[] {
    return this.#calls.filter((call) => call.state === state)
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('start' as const), pick: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('end' as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abort' as const), pick: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('settle' as const), pick: fc.constant(0) }) },
)

test('bulkhead: never above its limits, first come first served, nothing admitted is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80, size: 'max' }),
      fc.record({ concurrency: fc.integer({ min: 1, max: 4 }), queue: fc.nat(4) }),
      async (steps, limits) => {
        const trial = new Trial(limits)
        for (const { type, pick } of steps) {
          await trial[type](pick)
          trial.check()
        }
        await trial.drain()
      },
    ),
    { numRuns: 300 },
  )
})
