import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, type Outcome } from 'seaworthy/core'
import { BreakerModel, type ModelPermit, type ModelRules } from './breaker-model.fixture.ts'
import type { BreakerMembership, BreakerVerdict } from './breaker-reports.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import type { CircuitBreaker } from './circuit-breaker-handle.ts'
import type { Permit } from './permit.ts'
import { createReportBoard } from './report-board.ts'

const commands = ['forceOpen', 'forceClosed', 'reset', 'recover'] as const
const chances = [0.05, 0.3, 0.7, 0.99]
const peers = 3

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('acquire'), chance: fc.constantFrom(...chances) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('record'),
      pick: fc.nat(50),
      outcome: fc.constantFrom<Outcome>('ok', 'ok', 'failed', 'failed', 'slow', 'ignored'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('advance'), ms: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('operate'), command: fc.constantFrom(...commands) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('report'),
      peer: fc.nat(peers - 1),
      verdict: fc.constantFrom<BreakerVerdict>('failing', 'failing', 'healthy', 'silent'),
      forMs: fc.nat(30),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('connect'), isReachable: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('reconfigure'),
      changes: fc.record(
        {
          failures: fc.integer({ min: 1, max: 4 }),
          openFor: fc.integer({ min: 10, max: 60 }),
          probes: fc.integer({ min: 1, max: 3 }),
          successes: fc.integer({ min: 1, max: 4 }),
          mode: fc.constantFrom('enforcing', 'enforcing', 'observing', 'disabled'),
        },
        { requiredKeys: [] },
      ),
    }),
  },
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** Permits are never dropped: recording one twice, or long after its state is over, is part of the trial. */
class Trial {
  readonly #clock = manualClock(0)
  readonly #board = createReportBoard(this.#clock)
  readonly #peers: BreakerMembership[]
  readonly #model: BreakerModel
  readonly #permits: {
    readonly real: Permit
    readonly model: ModelPermit
    readonly of: CircuitBreaker
    isOver: boolean
  }[] = []
  #breaker: CircuitBreaker
  #chance = 0

  constructor(rules: ModelRules) {
    this.#model = new BreakerModel(rules, peers)
    this.#peers = this.#model.peers.map((_, index) =>
      this.#board.as(`peer ${index}`).join('model', { peersChanged: () => {} }),
    )
    this.#breaker = this.#create()
  }

  async run(next: Step): Promise<void> {
    switch (next.type) {
      case 'acquire':
        return this.#acquire(next.chance)
      case 'record':
        return this.#record(next.pick, next.outcome)
      case 'advance':
        this.#model.advance(next.ms)
        return await this.#clock.advance(next.ms)
      case 'operate':
        this.#model.operate(next.command)
        return this.#breaker[next.command]()
      case 'report':
        this.#model.peers[next.peer] = { verdict: next.verdict, since: this.#model.now - next.forMs }
        this.#peers[next.peer]?.report({ verdict: next.verdict, forMs: next.forMs })
        return this.#model.hear()
      case 'connect':
        if (next.isReachable === this.#model.isReachable) return
        this.#model.isReachable = this.#board.isReachable = next.isReachable
        return this.#model.hear()
      case 'restart':
        return this.#restart()
      case 'reconfigure':
        this.#model.reconfigure(next.changes)
        this.#breaker.reconfigure(optionsOf(next.changes))
    }
  }

  check(): void {
    expect(this.#breaker.state).toBe(this.#model.see())
    if (!this.#model.isReachable) return
    const seen = this.#peers[0]?.peers().find(({ instance }) => instance === 'this')
    expect(seen?.verdict).toBe(this.#model.verdict)
  }

  #create(restore?: unknown): CircuitBreaker {
    const shared = { reports: this.#board.as('this') }
    const random = { next: () => this.#chance }
    return circuitBreaker(
      { name: 'model', ...optionsOf(this.#model.rules), shared, restore },
      { clock: this.#clock, random },
    )
  }

  #restart(): void {
    this.#model.restart()
    const record: unknown = JSON.parse(JSON.stringify(this.#breaker))
    this.#breaker[Symbol.dispose]()
    this.#breaker = this.#create(record)
    expect(this.#breaker.toJSON().counts).toEqual((record as { counts: unknown }).counts)
  }

  #acquire(chance: number): void {
    this.#chance = chance
    const model = this.#model.acquire(chance)
    const real = this.#breaker.tryAcquire()
    expect(real === undefined).toBe(model === undefined)
    if (real !== undefined && model !== undefined)
      this.#permits.push({ real, model, of: this.#breaker, isOver: false })
  }

  #record(pick: number, outcome: Outcome): void {
    const permit = this.#permits[pick % Math.max(1, this.#permits.length)]
    if (permit === undefined) return
    // What a breaker let in before the restart is no news to the one after it, which does not even look at the time.
    if (!permit.isOver && permit.of === this.#breaker) this.#model.record(permit.model, outcome)
    permit.isOver = true
    permit.real.record(outcome)
  }
}

function optionsOf({ failures, hungAfter, hungMax, ...others }: Partial<ModelRules>) {
  return {
    ...others,
    ...(failures !== undefined && { trip: { kind: 'consecutive', failures } as const }),
    ...(hungAfter !== undefined && hungAfter !== Infinity && { hungAfter, hungMax }),
  }
}

const rules: fc.Arbitrary<ModelRules> = fc.record({
  failures: fc.constant(3),
  openFor: fc.constant(40),
  openForFactor: fc.constantFrom(1, 2),
  openForMax: fc.constant(100),
  forgetAfter: fc.constantFrom(30, 200),
  probes: fc.constant(2),
  probeDeadline: fc.constant(25),
  successes: fc.constantFrom(1, 3),
  closeAt: fc.constantFrom(1, 0.6, 0.5),
  rampFor: fc.constantFrom(1, 40),
  rampFrom: fc.constant(0.1),
  hungAfter: fc.constantFrom(75, Infinity),
  hungMax: fc.constantFrom(2, 4),
  mode: fc.constantFrom('enforcing', 'enforcing', 'observing'),
})

// Looking at the state makes a breaker catch up with time, so one trial looks after each step and one only at the end.
test.each([true, false])(
  'circuitBreaker: behaves as its model does (looked at after each step: %s)',
  async (looksOften) => {
    await fc.assert(
      fc.asyncProperty(rules, fc.array(step, { maxLength: 150, size: 'max' }), async (chosen, steps) => {
        const trial = new Trial(chosen)
        for (const next of steps) {
          await trial.run(next)
          if (looksOften) trial.check()
        }
        trial.check()
      }),
      { numRuns: 250 },
    )
  },
)
