import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { pipeline } from '../engine/pipeline.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from './timeout.ts'

function setUp() {
  const clock = manualClock()
  const guarded = pipeline([timeout({ name: 'report', limit: 100, perCallMax: 1_000 }, { clock })])
  return { clock, guarded }
}

const never = (): Promise<never> => new Promise(() => {})

test.each([
  [undefined, 100],
  [1, 1],
  [30, 30],
  [1_000, 1_000],
])('timeout: a call that asks for %s ms may take %i', async (timeoutMs, limitMs) => {
  const { clock, guarded } = setUp()
  let settled = false
  const result = guarded.outcome(never, { timeoutMs }).then((outcome) => {
    settled = true
    return outcome
  })
  await clock.advance(limitMs - 1)
  expect(settled).toBe(false)
  await clock.advance(1)
  expect(await result).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT', details: { limitMs } } })
  expect(clock.pending).toBe(0)
})

test.each([0, -1, 1_001, Number.NaN, Infinity])('timeout: a call cannot ask for %s ms', async (timeoutMs) => {
  const { clock, guarded } = setUp()
  await expect(guarded.execute(never, { timeoutMs })).rejects.toThrow(
    expect.objectContaining({
      message: `Cannot call "report": its timeoutMs must be from 1 to 1000 (1s), received ${timeoutMs}`,
      details: { name: 'report', timeoutMs, perCallMaxMs: 1_000 },
    }),
  )
  expect(clock.pending).toBe(0)
})

test('timeout: the chosen time is the deadline that the work sees, over all attempts', async () => {
  const clock = manualClock()
  const guarded = pipeline([
    timeout({ limit: 100, perCallMax: 1_000 }, { clock }),
    retry({ attempts: 5, baseDelay: 10, maxDelay: 10 }, { clock }),
  ])
  const seen: (number | undefined)[] = []
  const result = guarded.outcome(
    async ({ deadlineMs }) => {
      seen.push(deadlineMs)
      throw new Error('down')
    },
    { timeoutMs: 25 },
  )
  await clock.advance(100)
  expect(await result).toMatchObject({ error: { message: 'down' } })
  expect(seen).toEqual([25, 25, 25])
  expect(clock.pending).toBe(0)
})

test('timeout: without perCallMax no call may choose', async () => {
  const clock = manualClock()
  const guarded = pipeline([timeout({ limit: 100 }, { clock })])
  const result = guarded.outcome(never, { timeoutMs: 10 })
  await clock.advance(100)
  expect(await result).toMatchObject({ error: { details: { limitMs: 100 } } })
})

test.each([undefined, 1_000])(
  'timeout: however a call ends (perCallMax %s), its time ends with it',
  async (perCallMax) => {
    const clock = manualClock()
    const rule = perCallMax === undefined ? { limit: 100 } : { limit: 100, perCallMax }
    const guarded = pipeline([
      timeout({ name: 'outer', limit: 50 }, { clock }),
      timeout({ name: 'inner', ...rule }, { clock }),
    ])
    expect(await guarded.execute(async () => 'fine')).toBe('fine')
    expect(clock.pending).toBe(0)
    await expect(guarded.execute(() => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(clock.pending).toBe(0)

    const controller = new AbortController()
    const left = guarded.outcome(never, { signal: controller.signal })
    expect(clock.pending).toBe(2)
    controller.abort(new Error('left'))
    expect(await left).toMatchObject({ error: { message: 'left' } })
    expect(clock.pending).toBe(0)

    const late = guarded.outcome(never)
    await clock.advance(50)
    expect(await late).toMatchObject({ error: { details: { name: 'outer' } } })
    expect(clock.pending).toBe(0)
  },
)

test.each([undefined, 1_000])(
  'timeout: goes on over attempts that had to be given up, and ends the one under way (perCallMax %s)',
  async (perCallMax) => {
    const clock = manualClock()
    const rule = perCallMax === undefined ? { limit: 25 } : { limit: 25, perCallMax }
    const guarded = pipeline([
      timeout({ name: 'total', ...rule }, { clock }),
      retry({ attempts: 5, baseDelay: 1, backoff: 'constant' }, { clock }),
      timeout({ name: 'attempt', limit: 10 }, { clock }),
    ])
    const signals: AbortSignal[] = []
    const result = guarded.outcome(({ signal }) => {
      signals.push(signal)
      return never()
    })
    await clock.advance(24)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false])
    await clock.advance(1)
    expect(await result).toMatchObject({ error: { details: { name: 'total', limitMs: 25 } } })
    const names = signals.map(({ reason }) => (reason as { details: { name: string } }).details.name)
    expect(names).toEqual(['attempt', 'attempt', 'total'])
    expect(clock.pending).toBe(0)
    await clock.advance(1_000)
    expect(signals).toHaveLength(3)
  },
)

test.each([undefined, 1_000])(
  'timeout: gives no deadline any more once its attempt has failed or is over (perCallMax %s)',
  async (perCallMax) => {
    const clock = manualClock()
    const rule = perCallMax === undefined ? { limit: 10 } : { limit: 10, perCallMax }
    const seen: (number | undefined)[] = []
    const retryIf = (
      _error: unknown,
      { deadlineMs }: { readonly deadlineMs?: number | undefined },
    ): false => {
      seen.push(deadlineMs)
      return false
    }
    const guarded = pipeline([retry({ retryIf }, { clock }), timeout(rule, { clock })])
    const result = guarded.outcome(async ({ deadlineMs }) => {
      seen.push(deadlineMs)
      throw new Error('down')
    })
    expect(await result).toMatchObject({ error: { message: 'down' } })
    expect(seen).toEqual([10, undefined])

    const late = guarded.outcome(never)
    await clock.advance(10)
    expect(await late).toMatchObject({ error: { code: 'ERR_TIMEOUT' } })
    expect(seen).toEqual([10, undefined, undefined])
  },
)

test('timeout: describes what a call may choose, which is the usual time at least', () => {
  expect(timeout({ limit: '1s' }).describe()).toStrictEqual({
    kind: 'timeout',
    name: 'timeout',
    limitMs: 1_000,
  })
  expect(timeout({ limit: '1s', perCallMax: '1s' }).describe()).toStrictEqual({
    kind: 'timeout',
    name: 'timeout',
    limitMs: 1_000,
    perCallMaxMs: 1_000,
  })
  expect(() => timeout({ name: 'report', limit: '1s', perCallMax: 999 })).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_OPTION',
      message: 'Cannot configure timeout "report": "perCallMax" must be at least "limit", 1s, received 999ms',
      details: { target: 'timeout "report"', key: 'perCallMax' },
    }),
  )
})
