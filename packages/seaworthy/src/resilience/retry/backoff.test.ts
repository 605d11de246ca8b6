import { expect, test, vi } from 'vitest'
import fc from 'fast-check'
import { seededRandom, showValue, type Duration, type Random } from 'seaworthy/core'
import { isBackoff, resolveBackoff, type Backoff, type FailedAttempt, type RetryBackoff } from './backoff.ts'
import { delayMaxMs } from './delays.ts'

const limits = { baseMs: 100, maxMs: 1_000 }
const half: Random = { next: () => 0.5 }

function resolved(backoff: RetryBackoff, random: Random = half): Backoff {
  expect(isBackoff(backoff)).toBe(true)
  return resolveBackoff(backoff, 'weather', { limits, random })
}

/** What can be run through, but is no list. */
function iterable(
  delays: readonly Duration[],
  returns?: () => IteratorReturnResult<undefined>,
): Iterable<Duration> {
  return {
    [Symbol.iterator]: () => {
      const inner = delays[Symbol.iterator]()
      return { next: () => inner.next(), ...(returns && { return: returns }) }
    },
  }
}

/** The delays that one call would meet. */
function delaysOf(backoff: Backoff, count: number): (number | undefined)[] {
  const run = backoff.begin()
  let previousMs = 0
  return Array.from({ length: count }, (_, index) => {
    const delayMs = run.next({ attempt: index + 1, error: undefined, result: undefined, previousMs })
    previousMs = delayMs ?? 0
    return delayMs
  })
}

test.each<[RetryBackoff, readonly number[]]>([
  ['constant', [100, 100, 100, 100]],
  [{ kind: 'constant', jitter: 'equal' }, [75, 75, 75, 75]],
  ['linear', [100, 200, 300, 400]],
  [{ kind: 'linear', jitter: 'full' }, [50, 100, 150, 200]],
  ['exponential', [50, 100, 200, 400]],
  [{ kind: 'exponential', jitter: 'none' }, [100, 200, 400, 800]],
  [{ kind: 'exponential', jitter: 'none', factor: 3 }, [100, 300, 900, 1_000]],
  ['decorrelated', [200, 350, 575, 912.5]],
  [{ kind: 'decorrelated' }, [200, 350, 575, 912.5]],
])('backoff: %j makes the delays %j', (backoff, delays) => {
  expect(delaysOf(resolved(backoff), 4)).toEqual(delays)
})

test('backoff: a constant above the longest delay is cut to it', () => {
  const backoff = resolveBackoff('constant', 'x', { limits: { baseMs: 500, maxMs: 200 }, random: half })
  expect(delaysOf(backoff, 1)).toEqual([200])
})

test('backoff: a named one says what it is and need not be told the end', () => {
  expect(resolved('exponential').description).toEqual({ kind: 'exponential', jitter: 'full', factor: 2 })
  expect(resolved({ kind: 'linear' }).description).toEqual({ kind: 'linear', jitter: 'none' })
  expect(resolved('constant').description).toEqual({ kind: 'constant', jitter: 'none' })
  expect(resolved('decorrelated').description).toEqual({ kind: 'decorrelated' })
  expect(resolved('decorrelated').mustEnd).toBe(false)
  expect(resolved('constant').begin().end()).toBeUndefined()
})

test('backoff: a list gives its delays in turn and then none, to each call anew', () => {
  const backoff = resolved([5, '2s', 0, delayMaxMs])
  expect(delaysOf(backoff, 6)).toEqual([5, 2_000, 0, delayMaxMs, undefined, undefined])
  expect(delaysOf(backoff, 1)).toEqual([5])
  expect(backoff.description).toEqual({ kind: 'iterable' })
  expect(backoff.mustEnd).toBe(true)
})

test('backoff: calls at the same time do not take delays from each other', () => {
  const backoff = resolved(new Set<Duration>([1, 2, 3]))
  const failure = { attempt: 1, error: undefined, result: undefined, previousMs: 0 }
  const [one, other] = [backoff.begin(), backoff.begin()]
  expect([one.next(failure), one.next(failure), other.next(failure)]).toEqual([1, 2, 1])
})

test('backoff: a generator function runs once for each call and is told the end', () => {
  let open = 0
  const backoff = resolved(function* () {
    open++
    try {
      for (let ms = 1; ; ms *= 2) yield ms
    } finally {
      open--
    }
  })
  expect(backoff.description).toEqual({ kind: 'generator' })
  const failure = { attempt: 1, error: undefined, result: undefined, previousMs: 0 }
  const [one, other] = [backoff.begin(), backoff.begin()]
  expect([one.next(failure), one.next(failure), other.next(failure)]).toEqual([1, 2, 1])
  expect(open).toBe(2)
  one.end()
  one.end()
  expect(open).toBe(1)
  expect(one.next(failure)).toBeUndefined()
  other.end()
  expect(open).toBe(0)
})

test('backoff: an iterator that is through, or cannot be told, is not told the end', () => {
  const stop = vi.fn(() => ({ done: true as const, value: undefined }))
  const failure = { attempt: 1, error: undefined, result: undefined, previousMs: 0 }
  const through = resolved(iterable([], stop)).begin()
  expect(through.next(failure)).toBeUndefined()
  through.end()
  expect(stop).not.toHaveBeenCalled()
  resolved(iterable([1]))
    .begin()
    .end()
  resolved(iterable([1], stop))
    .begin()
    .end()
  expect(stop).toHaveBeenCalledTimes(1)
})

test('backoff: an iterator is neither asked nor told anything after its end', () => {
  const failure = { attempt: 1, error: undefined, result: undefined, previousMs: 0 }
  const next = vi.fn(() => ({ done: false, value: 5 }))
  const stop = vi.fn(() => ({ done: true as const, value: undefined }))
  const ended = resolved({ [Symbol.iterator]: () => ({ next, return: stop }) }).begin()
  expect(ended.next(failure)).toBe(5)
  ended.end()
  ended.end()
  expect(ended.next(failure)).toBeUndefined()
  expect([next.mock.calls.length, stop.mock.calls.length]).toEqual([1, 1])

  const goesOn = vi
    .fn()
    .mockReturnValueOnce({ done: true, value: undefined })
    .mockReturnValue({ done: false, value: 5 })
  const through = resolved({ [Symbol.iterator]: () => ({ next: goesOn }) }).begin()
  expect([through.next(failure), through.next(failure)]).toEqual([undefined, undefined])
  expect(goesOn).toHaveBeenCalledTimes(1)
})

test('backoff: an own function is told of the attempt that failed', () => {
  const own = vi.fn(({ attempt, previousMs }: FailedAttempt) => attempt * 10 + previousMs)
  const backoff = resolved(own)
  expect(delaysOf(backoff, 3)).toEqual([10, 30, 60])
  expect(own).toHaveBeenNthCalledWith(2, { attempt: 2, error: undefined, result: undefined, previousMs: 10 })
  expect(backoff.description).toEqual({ kind: 'function' })
})

test('backoff: an own delay that is none is refused when it comes', () => {
  expect(() =>
    delaysOf(
      resolved(() => Number.NaN),
      1,
    ),
  ).toThrow('Cannot read the delay of a retry')
  expect(() => delaysOf(resolved(iterable(['soon' as Duration])), 1)).toThrow(
    'Cannot read the delay of a retry',
  )
})

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 'soon', null, undefined, '30d', 10n])(
  'backoff: a list with a delay of %s is refused before any call, which is told where it is',
  (wrong) => {
    const list = ['1s', 0, delayMaxMs, wrong] as Duration[]
    expect(() => resolved(list)).toThrow(
      `Cannot configure backoff "weather": "[3]" must be a duration from 0ms to ${delayMaxMs}ms (milliseconds or text such as "250ms", "2s", "5m"), received ${showValue(wrong)}`,
    )
  },
)

test('backoff: what is done to a list later changes nothing', () => {
  const list: Duration[] = [10, 20]
  const backoff = resolved(list)
  list[0] = Number.NaN
  expect(delaysOf(backoff, 3)).toEqual([10, 20, undefined])
})

test('backoff: whatever an own function or iterable gives, a delay from 0 to 2^31-1 ms', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (ms) => {
      for (const backoff of [resolved(() => ms), resolved(iterable([ms]))]) {
        const [delayMs = -1] = delaysOf(backoff, 1)
        expect(delayMs >= 0 && delayMs <= delayMaxMs).toBe(true)
        if (ms > 0 && ms <= delayMaxMs) expect(delayMs).toBe(ms)
      }
    }),
    { numRuns: 1_000 },
  )
})

const named = fc.constantFrom<RetryBackoff>(
  'constant',
  'linear',
  'exponential',
  'decorrelated',
  { kind: 'constant', jitter: 'full' },
  { kind: 'linear', jitter: 'equal' },
  { kind: 'exponential', jitter: 'equal', factor: 1.5 },
)

test('backoff: every named one stays from 0 to the longest delay for as long as it is asked', () => {
  fc.assert(
    fc.property(named, fc.nat(10_000), fc.nat(10_000), fc.string(), (backoff, baseMs, maxMs, seed) => {
      const given = { limits: { baseMs, maxMs }, random: seededRandom(seed) }
      for (const delayMs of delaysOf(resolveBackoff(backoff, 'x', given), 99)) {
        expect(delayMs !== undefined && delayMs >= 0 && delayMs <= maxMs).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  undefined,
  null,
  5,
  'fast',
  {},
  { kind: 'fast' },
  { kind: 5 },
  { kind: ['linear'] },
  { kind: 'toString' },
  { [Symbol.iterator]: 5 },
])('backoff: %j is none', (backoff) => {
  expect(isBackoff(backoff)).toBe(false)
})

test('backoff: a generator itself is refused, since the first call would use it up', () => {
  const generator = (function* () {
    yield 1
  })()
  expect(isBackoff(generator)).toBe(false)
  expect(isBackoff([1].values())).toBe(false)
})

test('backoff: wrong options are refused by name', () => {
  const wrong = (backoff: object) => () =>
    resolveBackoff(backoff as RetryBackoff, 'weather', { limits, random: half })
  expect(wrong({ kind: 'exponential', factor: 11 })).toThrow(
    'Cannot configure backoff "weather": "factor" must be a number from 1 to 10, received 11',
  )
  expect(wrong({ kind: 'linear', factor: 2 })).toThrow('"factor" must be one of kind, jitter')
  expect(wrong({ kind: 'constant', jitter: 'some' })).toThrow(
    '"jitter" must be one of "none", "full", "equal"',
  )
  expect(wrong({ kind: 'decorrelated', jitter: 'full' })).toThrow('"jitter" must be one of kind')
})
