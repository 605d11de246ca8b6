import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aimd } from './aimd.ts'
import { gradient } from './gradient.ts'
import type { LimitAlgorithm } from './limit-algorithm.ts'
import { LimitSearch } from './limit-search.ts'
import { SimulatedDemand, SimulatedServer, simulationRuntime } from './simulated-load.fixture.ts'
import { vegas } from './vegas.ts'

interface Setting {
  readonly seed: number
  readonly workers: number
  /** Calls that come, as a multiple of what the server can do at the start. */
  readonly load: number
}

interface Measured {
  /** Share of what the server can do that was done. */
  readonly use: number
  /** 99th percentile of the time of a call, as a multiple of its work. */
  readonly p99: number
  /** Limit as a multiple of the workers: mean and highest. */
  readonly limitMean: number
  readonly limitMax: number
}

/** About so many calls a second does the server do, whatever its size. */
const perSecond = 500

/** A client that finds its limit, in front of a server that does not tell its capacity. */
class Simulation {
  readonly server: SimulatedServer
  readonly demand: SimulatedDemand
  readonly search: LimitSearch
  readonly #runtime: ReturnType<typeof simulationRuntime>
  #inFlight = 0
  #times: number[] = []

  constructor({ seed, workers, load }: Setting, algorithm: LimitAlgorithm) {
    const runtime = simulationRuntime(seed)
    const { clock, random } = runtime
    // The one that learns from drops needs a server that drops.
    const queueMax = algorithm.needsBase ? Infinity : Math.ceil(workers / 4)
    const workMs = (workers * 1_000) / perSecond
    this.#runtime = runtime
    this.server = new SimulatedServer({ workers, workMs, queueMax }, clock, random.fork('work'))
    this.search = new LimitSearch(
      {
        initial: 20,
        window: { windowMs: 250, samplesMin: 10 },
        rules: { algorithm, min: 1, max: 1_000, backoff: 0.9, dropTolerance: 0.01, probeIntervalMs: 10_000 },
      },
      { clock, random: random.fork('chance') },
    )
    const calls = { clock, random: random.fork('calls') }
    this.demand = new SimulatedDemand(perSecond * load, () => this.#call(), calls)
  }

  run(seconds: number): Measured {
    this.#times = []
    const limits: number[] = []
    const { clock } = this.#runtime
    const endMs = clock.now() + seconds * 1_000
    while (clock.now() < endMs) {
      clock.runUntil(clock.now() + 100)
      limits.push(this.search.state.limit / this.server.rules.workers)
    }
    const { workers, workMs } = this.server.rules
    const sorted = this.#times.toSorted((a, b) => a - b)
    return {
      use: sorted.length / ((seconds * 1_000 * workers) / workMs),
      p99: (sorted[Math.floor(sorted.length * 0.99)] ?? Infinity) / workMs,
      limitMean: limits.reduce((sum, limit) => sum + limit, 0) / limits.length,
      limitMax: Math.max(...limits),
    }
  }

  #call(): void {
    if (this.#inFlight >= this.search.limit) return
    this.#inFlight++
    const { clock } = this.#runtime
    const startedMs = clock.now()
    this.server.call((isDropped) => {
      if (!isDropped) this.#times.push(clock.now() - startedMs)
      this.search[isDropped ? 'dropped' : 'served'](startedMs, clock.now(), this.#inFlight)
      this.#inFlight--
    })
  }
}

/** Those that compare times. */
const compared: readonly (readonly [string, LimitAlgorithm])[] = [
  ['vegas', vegas],
  ['gradient', gradient],
]
const algorithms: typeof compared = [['aimd', aimd], ...compared]
/** Never says no to more. */
const unlimited: LimitAlgorithm = { needsBase: true, isOverloaded: () => false, adjust: ({ limit }) => limit }

const setting = fc.record({
  seed: fc.integer(),
  workers: fc.integer({ min: 6, max: 60 }),
  load: fc.double({ min: 1.2, max: 3, noNaN: true }),
})

/** Nine tenths of the capacity are used, and the slowest hundredth waits about as long as it is worked on. */
function expectFound({ use, p99, limitMean }: Measured): void {
  expect(use).toBeGreaterThan(0.9)
  expect(p99).toBeLessThan(3.5)
  expect(limitMean).toBeGreaterThan(1)
  expect(limitMean).toBeLessThan(2.2)
}

test('simulation: without a limit the time of a call grows without end', () => {
  const simulation = new Simulation({ seed: 1, workers: 20, load: 1.2 }, unlimited)
  simulation.run(15)
  expect(simulation.run(15).p99).toBeGreaterThan(20)
})

test.each(algorithms)('%s: finds the capacity, and again after it halves and doubles', (_, algorithm) => {
  fc.assert(
    fc.property(setting, (given) => {
      const simulation = new Simulation(given, algorithm)
      simulation.run(15)
      expectFound(simulation.run(15))
      simulation.server.rules.workers = Math.ceil(given.workers / 2)
      simulation.run(15)
      expectFound(simulation.run(15))
      simulation.server.rules.workers = given.workers
      simulation.run(15)
      expectFound(simulation.run(15))
    }),
    // Always the same ones: what is tried is the search, not luck.
    { numRuns: 12, seed: 1 },
  )
})

test.each(compared)(
  '%s: a service that becomes slower is not taken for an overloaded one',
  (_, algorithm) => {
    const simulation = new Simulation({ seed: 2, workers: 40, load: 1.5 }, algorithm)
    simulation.run(15)
    simulation.server.rules.workMs *= 3
    simulation.run(30)
    expectFound(simulation.run(15))
  },
)

test.each(compared)(
  '%s: mild overload for ten minutes does not make the limit drift upward',
  (_, algorithm) => {
    const simulation = new Simulation({ seed: 3, workers: 30, load: 1.05 }, algorithm)
    simulation.run(60)
    const early = simulation.run(60)
    simulation.run(420)
    const late = simulation.run(60)
    expect(late.limitMean).toBeLessThan(early.limitMean * 1.25)
    expect(late.p99).toBeLessThan(3.5)
  },
)

test.each(algorithms)('%s: does not raise a limit that is not used', (_, algorithm) => {
  const simulation = new Simulation({ seed: 4, workers: 60, load: 0.2 }, algorithm)
  const { limitMax, use } = simulation.run(120)
  expect(limitMax * 60).toBeLessThanOrEqual(40)
  expect(use).toBeGreaterThan(0.18)
})

test.each(compared)('%s: a start with far more than the server bears comes down', (_, algorithm) => {
  const simulation = new Simulation({ seed: 5, workers: 3, load: 3 }, algorithm)
  simulation.run(20)
  expect(simulation.run(20).limitMean).toBeLessThan(2.5)
})
