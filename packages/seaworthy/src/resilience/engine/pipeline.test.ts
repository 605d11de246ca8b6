import { expect, test, vi } from 'vitest'
import { manualClock, seededRandom } from 'seaworthy/core'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import type { CallContext, Work } from './call-context.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { faultSwitch } from '../faults/fault-switch.ts'
import { pipeline } from './pipeline.ts'
import { policyOrder } from './policy-order.ts'
import type { Policy } from './policy.ts'
import type { Flight } from './flight.ts'
import { Stage } from './stage.ts'
import { StagedPolicy } from './staged-policy.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'

function fullPipeline() {
  const clock = manualClock()
  const runtime = { clock, random: seededRandom(1) }
  const breaker = circuitBreaker({ name: 'weather', openFor: '10s' }, runtime)
  const slots = bulkhead({ name: 'weather', concurrency: 2, queue: 2 }, runtime)
  const faults = faultSwitch('weather', runtime)
  const guarded = pipeline([
    timeout({ name: 'total', limit: '5s' }, runtime),
    retry({ attempts: 3, baseDelay: 100 }, runtime),
    breaker,
    slots,
    timeout({ name: 'attempt', limit: '1s' }, runtime),
    faults,
  ])
  return { clock, breaker, slots, faults, guarded }
}

test('pipeline: a call that succeeds leaves nothing behind', async () => {
  const { clock, breaker, slots, guarded } = fullPipeline()
  const result = await guarded.execute(async ({ attempt, deadlineMs }) => ({ attempt, deadlineMs }))
  expect(result).toEqual({ attempt: 1, deadlineMs: 1000 })
  expect(clock.pending).toBe(0)
  expect(slots.snapshot().active).toBe(0)
  expect(breaker.snapshot().counts).toEqual({ ok: 1, failed: 0, slow: 0, ignored: 0 })
})

test('pipeline: a hanging dependency is answered at the total limit; waiting for a slot counts against nobody', async () => {
  const { clock, breaker, slots, guarded } = fullPipeline()
  const signals: AbortSignal[] = []
  const result = guarded.execute(({ signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  })
  const outcome = expect(result).rejects.toMatchObject({ code: 'ERR_TIMEOUT', details: { name: 'total' } })
  await clock.advance(5000)
  await outcome
  expect(new Set(signals).size).toBe(2)
  expect(breaker.snapshot().counts).toEqual({ ok: 0, failed: 2, slow: 0, ignored: 1 })
  expect(slots.snapshot()).toMatchObject({ active: 2, abandoned: 2, waiting: 0 })
  expect(clock.pending).toBe(0)
})

test('pipeline: the fault switch breaks and heals it while it runs', async () => {
  const { clock, faults, guarded } = fullPipeline()
  faults.set({ kind: 'error' })
  const failed = expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
  await clock.advance(5000)
  await failed
  faults.clear()
  expect(await guarded.execute(async () => 1)).toBe(1)
})

test('pipeline: the policies run outermost first and describe themselves in that order', async () => {
  const { guarded } = fullPipeline()
  const kinds = guarded.describe().map((policy) => policy['kind'])
  const usual = policyOrder.map((kind) => kind.replace(/^(total|attempt)-/, ''))
  expect(kinds).toEqual(usual.filter((kind) => kinds.includes(kind)))
  const seen: string[] = []
  const noted = (name: string): Policy => ({
    kind: 'note',
    name,
    execute: (next, context) => {
      seen.push(name)
      return next(context)
    },
    describe: () => ({ name }),
  })
  await pipeline([noted('outer'), noted('inner')]).execute(async () => seen.push('work'))
  expect(seen).toEqual(['outer', 'inner', 'work'])
})

test('pipeline: without policies it runs the work', async () => {
  expect(await pipeline([]).execute(async ({ attempt }) => attempt)).toBe(1)
})

test('pipeline: work that throws at once, or answers without a promise, is settled like any other', async () => {
  const { slots, clock, guarded } = fullPipeline()
  const thrown = expect(
    guarded.execute(() => {
      throw new TypeError('broken')
    }),
  ).rejects.toThrow('broken')
  await clock.advance(5000)
  await thrown
  expect(await guarded.execute((() => 7) as unknown as Work<number>)).toBe(7)
  expect(slots.snapshot().active).toBe(0)
})

test("pipeline: the caller's abort rejects at once with its own reason and no attempt follows", async () => {
  const { clock, breaker, guarded } = fullPipeline()
  const controller = new AbortController()
  let calls = 0
  const result = guarded.execute(
    () => {
      calls++
      return new Promise(() => {})
    },
    { signal: controller.signal },
  )
  const reason = new Error('left the page')
  const outcome = expect(result).rejects.toBe(reason)
  controller.abort(reason)
  await outcome
  await clock.advance(60_000)
  expect(calls).toBe(1)
  expect(breaker.snapshot().counts).toEqual({ ok: 0, failed: 0, slow: 0, ignored: 1 })
})

test('pipeline: without a timeout too, the caller who aborts is not kept waiting', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const outcome = expect(pipeline([]).execute(() => new Promise(() => {}), { signal })).rejects.toThrow(
    'left',
  )
  controller.abort(new Error('left'))
  await outcome
})

test('pipeline: a caller that gave up before the call starts nothing', async () => {
  let calls = 0
  const signal = AbortSignal.abort(new Error('too late'))
  await expect(
    pipeline([]).execute(
      async () => {
        calls++
      },
      { signal },
    ),
  ).rejects.toThrow('too late')
  expect(calls).toBe(0)
})

test("pipeline: a caller's signal has one listener, however many calls it sees, and ends none that is over", async () => {
  const { guarded } = fullPipeline()
  const controller = new AbortController()
  const { signal } = controller
  const add = vi.spyOn(signal, 'addEventListener')
  const inner: AbortSignal[] = []
  for (let call = 0; call < 100; call++) {
    await guarded.execute(async (context) => void inner.push(context.signal), { signal })
  }
  expect(add).toHaveBeenCalledTimes(1)
  controller.abort()
  expect(inner.filter(({ aborted }) => aborted)).toEqual([])
})

test('pipeline: a policy that passes on another context is told so', async () => {
  const careless: Policy = {
    kind: 'careless',
    name: 'careless',
    execute: (next, context) =>
      next({ signal: context.signal, attempt: context.attempt } satisfies CallContext),
    describe: () => ({}),
  }
  await expect(pipeline([careless]).execute(async () => 1)).rejects.toMatchObject({
    code: 'ERR_CONTEXT_LOST',
  })
})

class Broken extends StagedPolicy {
  readonly kind = 'broken'
  readonly name = 'broken'
  readonly #hook: 'enter' | 'succeeded' | 'failed'

  constructor(hook: 'enter' | 'succeeded' | 'failed') {
    super()
    this.#hook = hook
  }

  stage(): Stage {
    const hook = this.#hook
    class BrokenStage extends Stage {
      override enter(flight: Flight): unknown {
        return hook === 'enter' ? broken() : this.inner.enter(flight)
      }

      override succeeded(flight: Flight, value: unknown): unknown {
        return hook === 'succeeded' ? broken() : this.outerOnSuccess.succeeded(flight, value)
      }

      override failed(flight: Flight, error: unknown): unknown {
        return hook === 'failed' ? broken() : this.outerOnFailure.failed(flight, error)
      }
    }
    return new BrokenStage()
  }

  describe(): Readonly<Record<string, unknown>> {
    return { kind: this.kind, name: this.name }
  }
}

function broken(): never {
  throw new Error('broken hook')
}

test.each([
  ['enter', 'alone'],
  ['enter', 'in a timeout'],
  ['succeeded', 'alone'],
  ['succeeded', 'in a timeout'],
  ['failed', 'alone'],
  ['failed', 'in a timeout'],
] as const)('pipeline: a stage whose %s throws, %s, ends its call with that', async (hook, where) => {
  const clock = manualClock()
  const outer = where === 'alone' ? [] : [timeout({ limit: 100 }, { clock })]
  const guarded = pipeline([...outer, new Broken(hook)])
  const work = hook === 'failed' ? () => Promise.reject(new Error('down')) : async () => 1
  await expect(guarded.execute(work)).rejects.toThrow('broken hook')
})
