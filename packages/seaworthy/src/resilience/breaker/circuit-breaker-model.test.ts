import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BreakerState, Clock, Outcome } from 'seaworthy/core'
import { circuitBreaker } from './circuit-breaker.ts'
import type { CircuitBreaker } from './circuit-breaker-handle.ts'
import type { Permit } from './permit.ts'

const rules = { failures: 3, openFor: 40, probes: 2, probeDeadline: 25, successes: 3 }

interface ModelPermit {
  readonly epoch: object
  readonly at: number
}

/** The breaker as one would explain it: it looks at the clock each millisecond and keeps no history. */
class Model {
  state: BreakerState = 'closed'
  now = 0
  #epoch = {}
  #since = 0
  #failed = 0
  #good = 0
  #probes: ModelPermit[] = []

  move(state: BreakerState): void {
    this.state = state
    this.#epoch = {}
    this.#since = this.now
    this.#failed = 0
    this.#good = 0
    this.#probes = []
  }

  advance(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.now++
      if (this.state === 'open' && this.now === this.#since + rules.openFor) this.move('half-open')
      if (this.#probes.some((probe) => this.now - probe.at >= rules.probeDeadline)) this.move('open')
    }
  }

  acquire(): ModelPermit | undefined {
    if (this.state === 'open' || this.state === 'forced-open') return undefined
    if (this.state === 'half-open' && this.#probes.length === rules.probes) return undefined
    const permit = { epoch: this.#epoch, at: this.now }
    if (this.state === 'half-open') this.#probes.push(permit)
    return permit
  }

  record(permit: ModelPermit, outcome: Outcome): void {
    if (permit.epoch !== this.#epoch) return
    const isBad = outcome === 'failed' || outcome === 'slow'
    if (this.state === 'half-open') {
      this.#probes = this.#probes.filter((probe) => probe !== permit)
      if (isBad) this.move('open')
      else if (outcome === 'ok' && ++this.#good === rules.successes) this.move('closed')
    } else if (this.state === 'closed' && outcome !== 'ignored') {
      this.#failed = isBad ? this.#failed + 1 : 0
      if (this.#failed === rules.failures) this.move('open')
    }
  }

  operate(command: 'forceOpen' | 'forceClosed' | 'reset' | 'recover'): void {
    if (command === 'reset') this.move('closed')
    if (command === 'recover' && this.state === 'open') this.move('half-open')
    if (command === 'forceOpen' && this.state !== 'forced-open') this.move('forced-open')
    if (command === 'forceClosed' && this.state !== 'forced-closed') this.move('forced-closed')
  }
}

type Step =
  | { readonly type: 'acquire' }
  | { readonly type: 'record'; readonly pick: number; readonly outcome: Outcome }
  | { readonly type: 'advance'; readonly ms: number }
  | { readonly type: 'operate'; readonly command: 'forceOpen' | 'forceClosed' | 'reset' | 'recover' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ type: 'acquire' } as const) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('record' as const),
      pick: fc.nat(50),
      outcome: fc.constantFrom<Outcome>('ok', 'ok', 'failed', 'failed', 'slow', 'ignored'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.nat(50) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('operate' as const),
      command: fc.constantFrom('forceOpen', 'forceClosed', 'reset', 'recover'),
    }),
  },
)

/** Permits are never dropped: recording one twice, or long after its state is over, is part of the trial. */
class Trial {
  readonly #model = new Model()
  readonly #breaker: CircuitBreaker
  readonly #permits: { readonly real: Permit; readonly model: ModelPermit; isOver: boolean }[] = []

  constructor() {
    const clock: Clock = {
      now: () => this.#model.now,
      wallTime: () => this.#model.now,
      schedule: () => {
        throw new Error('a breaker needs no timer')
      },
    }
    const trip = { kind: 'consecutive', failures: rules.failures } as const
    this.#breaker = circuitBreaker({ name: 'model', ...rulesAsOptions(), trip }, { clock })
  }

  run(next: Step): void {
    if (next.type === 'acquire') this.#acquire()
    else if (next.type === 'record') this.#record(next.pick, next.outcome)
    else if (next.type === 'advance') this.#model.advance(next.ms)
    else {
      this.#model.operate(next.command)
      this.#breaker[next.command]()
    }
  }

  check(): void {
    expect(this.#breaker.state).toBe(this.#model.state)
  }

  #acquire(): void {
    const model = this.#model.acquire()
    if (model === undefined) {
      const refusal = { code: 'ERR_CIRCUIT_OPEN', retryAfterMs: expect.toSatisfy((ms: number) => ms > 0) }
      expect(() => this.#breaker.acquire()).toThrow(expect.objectContaining(refusal))
      return
    }
    this.#permits.push({ real: this.#breaker.acquire(), model, isOver: false })
  }

  #record(pick: number, outcome: Outcome): void {
    const permit = this.#permits[pick % Math.max(1, this.#permits.length)]
    if (permit === undefined) return
    if (!permit.isOver) this.#model.record(permit.model, outcome)
    permit.isOver = true
    permit.real.record(outcome)
  }
}

function rulesAsOptions() {
  const { openFor, probes, probeDeadline, successes } = rules
  return { openFor, probes, probeDeadline, successes }
}

// Looking at the state makes a breaker catch up with time, so one trial looks after each step and one only at the end.
test.each([true, false])(
  'circuitBreaker: behaves as its model does (looked at after each step: %s)',
  (looksOften) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const trial = new Trial()
        for (const next of steps) {
          trial.run(next)
          if (looksOften) trial.check()
        }
        trial.check()
      }),
      { numRuns: 400 },
    )
  },
)
