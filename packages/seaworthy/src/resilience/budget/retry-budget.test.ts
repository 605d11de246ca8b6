import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { manualClock, refusalChannel, type RefusalMessage } from 'seaworthy/core'
import { retryBudget, type RetryBudget, type RetryBudgetOptions } from './retry-budget.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function setUp(options: RetryBudgetOptions = {}) {
  const clock = manualClock()
  return { clock, budget: retryBudget(options, { clock }) }
}

function times(count: number, step: () => unknown): void {
  for (let i = 0; i < count; i++) step()
}

function withdrawAll(budget: RetryBudget): number {
  let granted = 0
  while (budget.withdraw()) granted++
  return granted
}

test('retryBudget: starts with its capacity and refuses when that is spent', () => {
  const { budget } = setUp({ capacity: 3 })
  expect([budget.withdraw(), budget.withdraw(), budget.withdraw()]).toEqual([true, true, true])
  expect(budget.withdraw()).toBe(false)
  expect(budget.snapshot()).toEqual({
    name: 'retry-budget',
    balance: 0,
    capacity: 3,
    granted: 3,
    refused: 1,
  })
})

test.each([0.1, 0.2, 0.3, 0.7])('retryBudget: a share of %d is not lost by rounding', (share) => {
  const { budget } = setUp({ capacity: 10, share, minimumPerSecond: 0.01 })
  withdrawAll(budget)
  times(10, () => budget.deposit())
  expect(budget.snapshot().balance).toBe(Math.round(10 * share))
  expect(withdrawAll(budget)).toBe(Math.round(10 * share))
})

test('retryBudget: each success pays for its share of a further attempt, up to the capacity', () => {
  const { budget } = setUp({ capacity: 2, share: 0.25 })
  expect(withdrawAll(budget)).toBe(2)
  times(3, () => budget.deposit())
  expect(budget.withdraw()).toBe(false)
  budget.deposit()
  expect(budget.withdraw()).toBe(true)
  times(100, () => budget.deposit())
  expect(withdrawAll(budget)).toBe(2)
})

test('retryBudget: time pays for the minimum per second, whatever succeeds', async () => {
  const { clock, budget } = setUp({ capacity: 5, minimumPerSecond: 2 })
  expect(withdrawAll(budget)).toBe(5)
  await clock.advance(499)
  expect(budget.withdraw()).toBe(false)
  await clock.advance(1)
  expect(budget.withdraw()).toBe(true)
  await clock.advance(3_600_000)
  expect(budget.snapshot().balance).toBe(5)
  expect(withdrawAll(budget)).toBe(5)
})

test('retryBudget: what was paid for an attempt that was never made can be given back', () => {
  const { budget } = setUp({ capacity: 1 })
  expect(budget.withdraw()).toBe(true)
  budget.refund()
  expect(budget.snapshot()).toMatchObject({ balance: 1, granted: 0 })
  budget.refund()
  expect(withdrawAll(budget)).toBe(1)
})

test('retryBudget: an outage gets the minimum, not a multiple of the load', async () => {
  const { clock, budget } = setUp()
  let further = 0
  for (let second = 0; second < 60; second++) {
    times(1_000, () => (further += Number(budget.withdraw())))
    await clock.advance(1_000)
  }
  expect(further).toBe(100 + 59 * 10)
})

test('retryBudget: publishes a refusal with the time until there is enough again', async () => {
  const messages: RefusalMessage[] = []
  cleanups.push(refusalChannel.subscribe((message) => messages.push(message)))
  const { clock, budget } = setUp({ name: 'weather', capacity: 1, minimumPerSecond: 4 })
  budget.withdraw()
  budget.withdraw()
  await clock.advance(100)
  budget.withdraw()
  expect(messages).toEqual([
    { name: 'weather', reason: 'retry-budget-exhausted', retryAfterMs: 250 },
    { name: 'weather', reason: 'retry-budget-exhausted', retryAfterMs: 150 },
  ])
})

test('retryBudget: knows an error that attempts ended with, also as the cause of another', () => {
  const { budget } = setUp()
  const error = new Error('down')
  expect(budget.hasGivenUpOn(error)).toBe(false)
  budget.giveUpOn(error)
  expect(budget.hasGivenUpOn(error)).toBe(true)
  expect(budget.hasGivenUpOn(new Error('outer', { cause: new Error('middle', { cause: error }) }))).toBe(true)
  expect(budget.hasGivenUpOn(new Error('down'))).toBe(false)
  expect(setUp().budget.hasGivenUpOn(error)).toBe(false)
})

test('retryBudget: an error that was noted before a moment is not known as noted since', () => {
  const { budget } = setUp()
  const error = new Error('shared by several calls')
  budget.giveUpOn(error)
  const since = budget.giveUps
  expect(since).toBe(1)
  expect(budget.hasGivenUpOn(error, since)).toBe(false)
  budget.giveUpOn(error)
  expect(budget.hasGivenUpOn(error, since)).toBe(true)
})

test('retryBudget: follows causes only so far, also in a circle, and takes whatever is thrown', () => {
  const { budget } = setUp()
  const circle: { cause?: unknown } = {}
  circle.cause = circle
  expect(budget.hasGivenUpOn(circle)).toBe(false)
  const error = new Error('down')
  budget.giveUpOn(error)
  const wrapped = (depth: number): unknown =>
    depth === 0 ? error : new Error('outer', { cause: wrapped(depth - 1) })
  expect(budget.hasGivenUpOn(wrapped(8))).toBe(true)
  expect(budget.hasGivenUpOn(wrapped(9))).toBe(false)
  for (const thrown of [undefined, null, 'text', 5]) {
    budget.giveUpOn(thrown)
    expect(budget.hasGivenUpOn(thrown)).toBe(false)
  }
})

test('retryBudget: describes its resolved options and refuses wrong ones', () => {
  expect(setUp({ share: 0 }).budget.describe()).toEqual({
    kind: 'retry-budget',
    name: 'retry-budget',
    share: 0,
    minimumPerSecond: 10,
    capacity: 100,
  })
  expect(() => retryBudget({ capacity: 0 })).toThrow(
    'Cannot configure retry budget: "capacity" must be a whole number from 1 to 100000, received 0',
  )
  expect(() => retryBudget({ name: 'x', share: 1.5 })).toThrow(
    'Cannot configure retry budget "x": "share" must be a number from 0 to 1, received 1.5',
  )
})

const step = fc.oneof(
  fc.record({ type: fc.constant('deposit' as const) }),
  fc.record({ type: fc.constant('withdraw' as const) }),
  fc.record({ type: fc.constant('refund' as const) }),
  fc.record({ type: fc.constant('pass' as const), ms: fc.nat(2_000) }),
)

test('retryBudget: in any order of steps grants exactly what was saved, deposited and given back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 120, size: 'max' }),
      fc.record({
        capacity: fc.integer({ min: 1, max: 8 }),
        share: fc.constantFrom(0, 0.125, 0.25, 0.5, 1),
        minimumPerSecond: fc.constantFrom(0.125, 0.5, 1, 8),
      }),
      async (steps, options) => {
        const { clock, budget } = setUp(options)
        let balance = options.capacity
        let open = 0
        let deposits = 0
        let elapsedMs = 0
        const add = (tokens: number) => (balance = Math.min(options.capacity, balance + tokens))
        for (const next of steps) {
          if (next.type === 'deposit') {
            budget.deposit()
            deposits++
            add(options.share)
          } else if (next.type === 'pass') {
            await clock.advance(next.ms)
            elapsedMs += next.ms
            add((next.ms * options.minimumPerSecond) / 1000)
          } else if (next.type === 'refund') {
            if (open === 0) continue
            budget.refund()
            open--
            add(1)
          } else {
            // The sums of the model and of the budget differ by their rounding; where that decides, nothing is claimed.
            if (Math.abs(balance - 1) < 1e-9) continue
            const granted = budget.withdraw()
            expect(granted).toBe(balance >= 1)
            balance -= Number(granted)
            open += Number(granted)
          }
          const { granted, balance: left } = budget.snapshot()
          expect(granted).toBe(open)
          expect(Math.abs(left - Math.floor(balance))).toBeLessThanOrEqual(1)
          expect(left).toBeLessThanOrEqual(options.capacity)
          expect(granted).toBeLessThanOrEqual(
            options.capacity +
              deposits * options.share +
              (elapsedMs * options.minimumPerSecond) / 1000 +
              1e-9,
          )
        }
      },
    ),
    { numRuns: 300 },
  )
})
