import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { bulkhead } from './bulkhead.ts'
import type { Bulkhead } from './bulkhead-handle.ts'
import { pipeline, type Pipeline } from '../engine/pipeline.ts'
import { timeout } from '../timeout/timeout.ts'

interface Setting {
  readonly concurrency: number
  readonly queue: number
  readonly timeoutAround: boolean
  readonly timeoutInside: boolean
}

interface TrialCall {
  readonly controller: AbortController
  readonly end: PromiseWithResolvers<void>
  isRunning: boolean
  isAnswered: boolean
}

/** Calls whose work ends when it likes, whatever timeouts and callers do meanwhile. */
class Trial {
  readonly #setting: Setting
  readonly #clock: ManualClock = manualClock()
  readonly #slots: Bulkhead
  readonly #line: Pipeline
  readonly #calls: TrialCall[] = []

  constructor(setting: Setting) {
    const { concurrency, queue, timeoutAround, timeoutInside } = setting
    const runtime = { clock: this.#clock }
    this.#setting = setting
    this.#slots = bulkhead(
      { name: 'model', concurrency, queue, ...(queue > 0 && { queueWaitMax: 40 }) },
      runtime,
    )
    this.#line = pipeline([
      ...(timeoutAround ? [timeout({ limit: 60 }, runtime)] : []),
      this.#slots,
      ...(timeoutInside ? [timeout({ limit: 30 }, runtime)] : []),
    ])
  }

  start(): void {
    const call: TrialCall = {
      controller: new AbortController(),
      end: Promise.withResolvers(),
      isRunning: false,
      isAnswered: false,
    }
    this.#calls.push(call)
    const work = (): Promise<void> => {
      expect(call.isAnswered).toBe(false)
      call.isRunning = true
      return call.end.promise
    }
    void this.#line.outcome(work, { signal: call.controller.signal }).then(() => {
      call.isAnswered = true
    })
  }

  /** Ends work, also such as nobody waits for any more. */
  end(pick: number): void {
    const running = this.#calls.filter((call) => call.isRunning)
    const call = running[pick % Math.max(1, running.length)]
    if (call === undefined) return
    call.isRunning = false
    if (pick % 2 === 0) call.end.resolve()
    else call.end.reject(new Error('down'))
  }

  abort(pick: number): void {
    this.#calls[pick % Math.max(1, this.#calls.length)]?.controller.abort()
  }

  advance(ms: number): Promise<void> {
    return this.#clock.advance(ms)
  }

  async check(): Promise<void> {
    await this.#clock.settle()
    const running = this.#calls.filter((call) => call.isRunning)
    const { active, abandoned, waiting } = this.#slots.snapshot()
    expect(active).toBe(running.length)
    expect(abandoned).toBe(running.filter((call) => call.isAnswered).length)
    expect(active).toBeLessThanOrEqual(this.#setting.concurrency)
    expect(waiting).toBeLessThanOrEqual(this.#setting.queue)
    if (waiting > 0) expect(active).toBe(this.#setting.concurrency)
  }

  async drain(): Promise<void> {
    for (let left = this.#calls.length; left > 0; left--) {
      this.end(0)
      await this.check()
    }
    expect(this.#slots.snapshot()).toMatchObject({ active: 0, abandoned: 0, waiting: 0 })
    expect(this.#calls.every((call) => call.isAnswered)).toBe(true)
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('start' as const), pick: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('end' as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abort' as const), pick: fc.nat(40) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('advance' as const), pick: fc.integer({ min: 1, max: 35 }) }),
  },
)

const setting = fc.record({
  concurrency: fc.integer({ min: 1, max: 3 }),
  queue: fc.nat(3),
  timeoutAround: fc.boolean(),
  timeoutInside: fc.boolean(),
})

test('bulkhead: a slot is taken exactly as long as work runs, whatever timeouts and callers do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), setting, async (steps, given) => {
      const trial = new Trial(given)
      for (const { type, pick } of steps) {
        await trial[type](pick)
        await trial.check()
      }
      await trial.drain()
    }),
    { numRuns: 200 },
  )
})
