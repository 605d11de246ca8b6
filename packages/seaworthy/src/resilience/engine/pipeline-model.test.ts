import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, type Clock } from 'seaworthy/core'
import type { CallContext } from './call-context.ts'
import { pipeline, type Pipeline } from './pipeline.ts'
import { SwitchedCoarse } from '../timeout/switched-clock.fixture.ts'
import { build, part, type Built, type Part } from './pipeline-parts.fixture.ts'

/** How work behaves until somebody ends it. */
const manners = [
  'waits',
  'obeys its signal',
  'calls again when aborted',
  'gives its caller up',
  'throws at once',
  'answers at once',
  'is a thenable',
] as const
type Manner = (typeof manners)[number]

/** Work under way, and what it was given. */
interface Running {
  readonly call: TrialCall
  readonly context: CallContext
  /** Undefined for work that never looks at it. */
  readonly signal: AbortSignal | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  aborts: number
  /** Whether it succeeded before anybody aborted it. */
  succeeded: boolean
  /** Whether the call has had the time to see that. */
  isNoticed: boolean
  isOver: boolean
}

interface TrialCall {
  readonly id: number
  readonly controller: AbortController | undefined
  /** When the outermost timeout is over, if there is one. */
  readonly endsByMs: number
  settled: number
  /** Set when its caller gave it up while it was under way and nothing was about to happen. */
  mustBeAborted: boolean
  outcome: { readonly value: unknown } | { readonly error: unknown } | undefined
}

type Start = Readonly<{
  manner: Manner
  form: 'execute' | 'outcome'
  signal: 'none' | 'own' | 'shared'
  looks: boolean
  timeoutMs: number
}>

/** How often the copy of a busy clock is renewed. */
const tickMs = 5

/** A clock with that coarse side. */
function busyClock(clock: Clock, coarse: SwitchedCoarse | undefined): Clock {
  if (coarse === undefined) return clock
  const schedule: Clock['schedule'] = (delayMs, callback) => clock.schedule(delayMs, callback)
  return { now: () => clock.now(), wallTime: () => clock.wallTime(), schedule, coarse }
}

interface Setting {
  readonly parts: readonly Part[]
  readonly hasProbes: boolean
  /** Whether time is read from a copy. */
  readonly isBusy: boolean
}

/** A call that is made in the step in which another one ends. */
const further: Start = { manner: 'waits', form: 'outcome', signal: 'none', looks: true, timeoutMs: 0 }
const callsMax = 60

/** Calls through one random pipeline. */
class Trial {
  readonly #clock = manualClock()
  /** The coarse side of the clock, if it is a copy. */
  readonly #coarse: SwitchedCoarse | undefined
  readonly #parts: readonly Part[]
  readonly #built: Built
  readonly #line: Pipeline
  readonly #calls: TrialCall[] = []
  readonly #works: Running[] = []
  readonly #wrong: string[] = []
  /** Whose caller gives up as soon as code of a caller's runs within a policy. */
  #interruption: number | undefined
  #isQuiet = true
  /** Of several calls. */
  #shared = new AbortController()

  constructor({ parts, hasProbes, isBusy }: Setting) {
    this.#parts = parts
    this.#coarse = isBusy ? new SwitchedCoarse(() => this.#clock.now()) : undefined
    this.#coarse?.begin()
    const interrupt = (): void => this.#interrupt()
    this.#built = build(parts, { clock: busyClock(this.#clock, this.#coarse), hasProbes, interrupt })
    this.#line = pipeline(this.#built.policies)
  }

  start({ manner, form, signal, looks, timeoutMs }: Start): void {
    this.#isQuiet = false
    const controller = signal === 'own' ? new AbortController() : signal === 'none' ? undefined : this.#shared
    const call: TrialCall = {
      id: this.#calls.length,
      controller,
      endsByMs: this.#clock.now() + this.#limitMs(timeoutMs),
      settled: 0,
      mustBeAborted: false,
      outcome: undefined,
    }
    this.#calls.push(call)
    const options = {
      ...(controller !== undefined && { signal: controller.signal }),
      ...(timeoutMs > 0 && { timeoutMs }),
    }
    const work = (context: CallContext): Promise<unknown> => this.#work(call, context, { manner, looks })
    const settled = (outcome: TrialCall['outcome']): void => {
      call.settled++
      call.outcome = outcome
    }
    if (form === 'execute') {
      this.#line.execute(work, options).then(
        (value) => settled({ value }),
        (error: unknown) => settled({ error }),
      )
      return
    }
    void this.#line.outcome(work, options).then(
      (result) => settled(result.ok ? { value: result.value } : { error: result.error }),
      () => this.#wrong.push(`the outcome of call ${call.id} rejected`),
    )
  }

  /** Ends work, also such as nobody waits for any more. */
  settle(pick: number): void {
    const running = this.#running
    const work = running[pick % Math.max(1, running.length)]
    if (work === undefined) return
    this.#isQuiet = false
    work.isOver = true
    work.succeeded = work.signal?.aborted === false && pick % 3 === 0
    if (pick % 3 === 0) work.resolve({ of: work.call.id })
    else work.reject(new Error(`down ${work.call.id}`))
  }

  abort(pick: number): void {
    const call = this.#calls[pick % Math.max(1, this.#calls.length)]
    if (call?.controller === undefined) return
    for (const each of this.#calls)
      if (this.#isQuiet && each.settled === 0 && each.controller === call.controller)
        each.mustBeAborted = true
    this.#isQuiet = false
    call.controller.abort(new Error(`left ${call.id}`))
    if (call.controller === this.#shared) this.#shared = new AbortController()
  }

  /** The same, in the middle of a step to come. */
  interrupt(pick: number): void {
    this.#interruption = pick
  }

  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= tickMs) {
      await this.#clock.advance(Math.min(left, tickMs))
      this.#coarse?.renew()
    }
  }

  /** What holds whenever nothing is about to happen. */
  async check(): Promise<void> {
    await this.#clock.settle()
    this.#isQuiet = true
    expect(this.#wrong).toEqual([])
    const nowMs = this.#clock.now()
    for (const { call, context, signal } of this.#running) {
      if (signal === undefined) continue
      // Whoever still works for a call that is over, or later than it may, was told to stop.
      const isLate = context.deadlineMs !== undefined && context.deadlineMs <= nowMs
      if (call.settled > 0 || isLate) expect(signal.aborted).toBe(true)
    }
    for (const work of this.#works) this.#checkSignal(work)
    for (const slots of this.#built.bulkheads) {
      const { active, concurrency, waiting, queue } = slots.snapshot()
      expect(active).toBeLessThanOrEqual(concurrency)
      expect(waiting).toBeLessThanOrEqual(queue)
    }
    for (const call of this.#calls) {
      this.#checkOutcome(call)
      const isAborted = call.controller?.signal.aborted === true
      if (call.settled === 0) expect([isAborted, call.endsByMs > nowMs]).toEqual([false, true])
    }
  }

  /** Ends all work, again and again, until nothing more begins. */
  async drain(): Promise<void> {
    for (let round = 0; round < 100; round++) {
      while (this.#running.length > 0) {
        this.settle(0)
        await this.#clock.settle()
      }
      if (this.#calls.every(({ settled }) => settled > 0)) break
      await this.advance(20)
    }
    await this.check()
    expect(this.#calls.map(({ settled }) => settled)).toEqual(this.#calls.map(() => 1))
    expect(this.#clock.pending).toBe(0)
    await this.advance(100)
    await this.check()
    expect(this.#running).toEqual([])
    this.#checkCounts()
  }

  get #running(): readonly Running[] {
    return this.#works.filter(({ isOver }) => !isOver)
  }

  #checkCounts(): void {
    const { bulkheads, limits, breakers, probes } = this.#built
    for (const slots of bulkheads) {
      expect(slots.snapshot()).toMatchObject({ active: 0, waiting: 0, abandoned: 0 })
    }
    for (const limit of limits) expect(limit.snapshot().waiting).toBe(0)
    for (const { entered, ended } of probes) expect(ended).toBe(entered)
    if (probes.length === 0) return
    for (const { of, outside, inside } of breakers) {
      const { counts, refused } = of.snapshot()
      expect(counts).toEqual(inside.ends)
      expect(refused).toBe(outside.entered - inside.entered)
    }
  }

  /** A call has the answer of its own work, or of a fallback; with a fallback around all, it has one. */
  #checkOutcome({ id, controller, outcome, mustBeAborted }: TrialCall): void {
    if (outcome === undefined) return
    if (mustBeAborted) expect(outcome).toEqual({ error: controller?.signal.reason })
    if ('value' in outcome) {
      const value = unwrapped(outcome.value)
      if (!['none', 'late'].includes(value as string)) expect(value).toEqual({ of: id })
    } else if (this.#parts[0]?.kind === 'fallback') {
      expect(controller?.signal.aborted).toBe(true)
    }
  }

  /** A signal is aborted once at most, and not after the work has succeeded. */
  #checkSignal(work: Running): void {
    const { signal, call } = work
    expect(work.aborts).toBeLessThanOrEqual(1)
    if (!work.succeeded || signal === call.controller?.signal) return
    // The caller may have given up before the success was noticed, but not after.
    const isTooLate = !work.isNoticed && call.controller?.signal.aborted === true
    if (!isTooLate) expect(signal?.aborted).toBe(false)
    else if (signal?.aborted === true) work.succeeded = false
    work.isNoticed = true
  }

  /** What the outermost timeout gives a call. */
  #limitMs(timeoutMs: number): number {
    const [outermost] = this.#parts
    if (outermost?.kind !== 'timeout') return Infinity
    if (outermost.perCallMax > 0) return timeoutMs > 0 ? timeoutMs : outermost.limit
    return outermost.limit + (this.#coarse === undefined ? 0 : tickMs)
  }

  #interrupt(): void {
    const pick = this.#interruption
    this.#interruption = undefined
    this.#isQuiet = false
    if (pick !== undefined) this.abort(pick)
  }

  #work(
    call: TrialCall,
    context: CallContext,
    { manner, looks }: Pick<Start, 'manner' | 'looks'>,
  ): Promise<unknown> {
    if (call.settled > 0) this.#wrong.push(`work began for call ${call.id}, which had ended`)
    if (manner === 'throws at once') throw new Error(`down ${call.id}`)
    if (manner === 'answers at once') return { of: call.id } as unknown as Promise<unknown>
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const listens = manner === 'obeys its signal' || manner === 'calls again when aborted'
    const signal = looks || listens ? context.signal : undefined
    if (signal?.aborted === true) this.#wrong.push(`work began for call ${call.id} with an aborted signal`)
    const state = { aborts: 0, succeeded: false, isNoticed: false, isOver: false }
    const work: Running = Object.assign(state, { call, context, signal, resolve, reject })
    this.#works.push(work)
    signal?.addEventListener('abort', () => {
      work.aborts++
      if (manner === 'calls again when aborted' && this.#calls.length < callsMax) this.start(further)
      if (manner !== 'obeys its signal' || work.isOver) return
      work.isOver = true
      reject(signal.reason)
    })
    if (manner === 'gives its caller up') this.abort(call.id)
    if (manner !== 'is a thenable') return promise
    // oxlint-disable-next-line unicorn/no-thenable -- as some clients of databases are
    return { then: promise.then.bind(promise) } as unknown as Promise<unknown>
  }
}

/** What is inside the answers of all fallbacks. */
function unwrapped(value: unknown): unknown {
  const isAnswer = typeof value === 'object' && value !== null && 'source' in value && 'value' in value
  return isAnswer ? unwrapped(value.value) : value
}

const start = fc.record({
  type: fc.constant('start' as const),
  manner: fc.constantFrom<Manner>(...manners),
  form: fc.constantFrom('execute' as const, 'outcome' as const),
  signal: fc.constantFrom('none' as const, 'own' as const, 'shared' as const),
  looks: fc.boolean(),
  timeoutMs: fc.constantFrom(0, 0, 5),
})
const other = <Type extends string>(type: Type, max: number) =>
  fc.record({ type: fc.constant(type), value: fc.nat(max) })

const step = fc.oneof(
  { weight: 5, arbitrary: start },
  { weight: 4, arbitrary: other('settle', 60) },
  { weight: 2, arbitrary: other('abort', 40) },
  { weight: 2, arbitrary: other('interrupt', 40) },
  { weight: 4, arbitrary: other('advance', 14) },
)

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

async function run(setting: Setting, steps: readonly Step[]): Promise<void> {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    const trial = new Trial(setting)
    for (const each of steps) {
      if (each.type === 'start') trial.start(each)
      else await trial[each.type](each.value)
      // Sometimes several things happen at once.
      if (each.type !== 'start' || each.looks) await trial.check()
    }
    await trial.drain()
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
}

test.each([
  { hasProbes: true, isBusy: false },
  { hasProbes: false, isBusy: false },
  { hasProbes: false, isBusy: true },
])('pipeline: whatever it is made of, calls end once and leave nothing behind (%o)', async (setting) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { minLength: 1, maxLength: 6 }),
      fc.array(step, { maxLength: 40, size: 'max' }),
      (parts, steps) => run({ parts, ...setting }, steps),
    ),
    { numRuns: 150 },
  )
})
