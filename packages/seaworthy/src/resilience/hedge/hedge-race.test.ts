import fc from 'fast-check'
import { expect, test } from 'vitest'
import { raceStep, startRace, type Race, type RaceEvent } from './hedge-race.ts'

const due: RaceEvent = { type: 'due', granted: true }

function after(max: number, ...events: readonly RaceEvent[]): Race {
  return events.reduce((race, event) => raceStep(race, event, max).race, startRace(max))
}

test('hedge race: begins with one attempt and waits for the delay', () => {
  expect(startRace(1)).toEqual({ isRunning: true, started: 1, open: 0b1, waits: true })
  expect(startRace(0)).toEqual({ isRunning: true, started: 1, open: 0b1, waits: false })
})

test('hedge race: each delay starts one more attempt, up to the limit', () => {
  expect(raceStep(startRace(2), due, 2)).toEqual({
    race: { isRunning: true, started: 2, open: 0b11, waits: true },
    start: 1,
    abort: 0,
  })
  expect(raceStep(after(2, due), due, 2)).toEqual({
    race: { isRunning: true, started: 3, open: 0b111, waits: false },
    start: 2,
    abort: 0,
  })
  const full = after(2, due, due)
  expect(raceStep(full, due, 2)).toEqual({ race: full, abort: 0 })
})

test('hedge race: without a grant no attempt starts, also later', () => {
  const refused = raceStep(startRace(3), { type: 'due', granted: false }, 3)
  expect(refused).toEqual({ race: { isRunning: true, started: 1, open: 0b1, waits: false }, abort: 0 })
  expect(raceStep(refused.race, due, 3)).toEqual({ race: refused.race, abort: 0 })
})

test('hedge race: the first success settles, aborts the others and never itself', () => {
  const step = raceStep(after(2, due, due), { type: 'succeeded', attempt: 1 }, 2)
  expect(step).toEqual({
    race: { isRunning: false, started: 3, open: 0b101, waits: false },
    abort: 0b101,
    settle: 1,
  })
})

test('hedge race: a success after the end is discarded, a failure is nothing', () => {
  const over = after(2, due, due, { type: 'succeeded', attempt: 1 })
  expect(raceStep(over, { type: 'succeeded', attempt: 0 }, 2)).toEqual({
    race: { isRunning: false, started: 3, open: 0b100, waits: false },
    abort: 0,
    discard: 0,
  })
  expect(raceStep(over, { type: 'failed', attempt: 2 }, 2)).toEqual({
    race: { isRunning: false, started: 3, open: 0b1, waits: false },
    abort: 0,
  })
  expect(raceStep(over, due, 2)).toEqual({ race: over, abort: 0 })
})

test('hedge race: fails with the first error, and only when all have failed', () => {
  const hedged = after(1, due)
  const one = raceStep(hedged, { type: 'failed', attempt: 0 }, 1)
  expect(one).toEqual({ race: { isRunning: true, started: 2, open: 0b10, waits: false }, abort: 0 })
  expect(raceStep(one.race, { type: 'failed', attempt: 1 }, 1)).toEqual({
    race: { isRunning: false, started: 2, open: 0, waits: false },
    abort: 0,
    settle: 0,
  })
})

test('hedge race: a failure before the delay is over is not hedged', () => {
  expect(raceStep(startRace(5), { type: 'failed', attempt: 0 }, 5)).toEqual({
    race: { isRunning: false, started: 1, open: 0, waits: false },
    abort: 0,
    settle: 0,
  })
})

test('hedge race: giving up the call aborts all that is under way, once, and settles nothing', () => {
  const step = raceStep(after(2, due), { type: 'aborted' }, 2)
  expect(step).toEqual({ race: { isRunning: false, started: 2, open: 0b11, waits: false }, abort: 0b11 })
  expect(raceStep(step.race, { type: 'aborted' }, 2)).toEqual({ race: step.race, abort: 0 })
})

/** What is known of one attempt, apart from the machine. */
type Fate = 'open' | 'aborted' | 'succeeded' | 'failed'

/** A race beside what must have become of its attempts. */
class Trial {
  readonly #max: number
  readonly #fates: Fate[] = ['open']
  #race: Race
  #settled: number | undefined
  #isGivenUp = false

  constructor(max: number) {
    this.#max = max
    this.#race = startRace(max)
  }

  get #isOver(): boolean {
    return this.#settled !== undefined || this.#isGivenUp
  }

  due(granted: boolean): void {
    const wasOver = this.#isOver
    const step = this.#send({ type: 'due', granted })
    expect([step.abort, step.settle, step.discard]).toEqual([0, undefined, undefined])
    if (step.start === undefined) return
    expect([granted, wasOver]).toEqual([true, false])
    expect(step.start).toBe(this.#fates.length)
    this.#fates.push('open')
  }

  end(type: 'succeeded' | 'failed', pick: number): void {
    const underWay = this.#in('open', 'aborted')
    const attempt = underWay[pick % Math.max(1, underWay.length)]
    if (attempt === undefined) return
    const wasOver = this.#isOver
    const step = this.#send({ type, attempt })
    this.#fates[attempt] = type
    this.#noteAborted(step.abort)
    const isLast = this.#in('open').length === 0
    const settles = !wasOver && (type === 'succeeded' || isLast)
    expect(step.settle).toBe(settles ? (type === 'succeeded' ? attempt : 0) : undefined)
    expect(step.discard).toBe(type === 'succeeded' && wasOver ? attempt : undefined)
    if (step.settle !== undefined) this.#settled = step.settle
  }

  abort(): void {
    const step = this.#send({ type: 'aborted' })
    expect([step.start, step.settle, step.discard]).toEqual([undefined, undefined, undefined])
    this.#noteAborted(step.abort)
    this.#isGivenUp = true
  }

  check(): void {
    expect(this.#fates.length).toBeLessThanOrEqual(this.#max + 1)
    expect(this.#race.started).toBe(this.#fates.length)
    expect(this.#race.isRunning).toBe(!this.#isOver)
    expect(this.#in('open').length > 0).toBe(!this.#isOver)
    const open = this.#in('open', 'aborted').reduce((bits, attempt) => bits | (1 << attempt), 0)
    expect(this.#race.open).toBe(open)
  }

  #send(event: RaceEvent): ReturnType<typeof raceStep> {
    const step = raceStep(this.#race, event, this.#max)
    this.#race = step.race
    return step
  }

  #noteAborted(bits: number): void {
    for (const [attempt, fate] of this.#fates.entries()) {
      if ((bits & (1 << attempt)) === 0) continue
      expect(fate).toBe('open')
      this.#fates[attempt] = 'aborted'
    }
  }

  #in(...fates: readonly Fate[]): readonly number[] {
    return this.#fates.flatMap((fate, attempt) => (fates.includes(fate) ? [attempt] : []))
  }
}

const command = fc.record({
  type: fc.constantFrom('due', 'due', 'due', 'succeeded', 'failed', 'failed', 'abort'),
  pick: fc.nat(20),
  granted: fc.boolean(),
})

test('hedge race: in any order of events at most one settles, and every attempt has exactly one end', () => {
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 40, size: 'max' }),
      fc.integer({ min: 1, max: 5 }),
      (commands, max) => {
        const trial = new Trial(max)
        for (const { type, pick, granted } of commands) {
          if (type === 'due') trial.due(granted)
          else if (type === 'abort') trial.abort()
          else trial.end(type, pick)
          trial.check()
        }
      },
    ),
    { numRuns: 300 },
  )
})
