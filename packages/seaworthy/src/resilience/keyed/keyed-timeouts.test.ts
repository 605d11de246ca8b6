import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { pipeline } from '../engine/pipeline.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { keyed } from './keyed.ts'

function setUp(limit: number) {
  const clock = manualClock()
  const runtime = { clock }
  const timeouts = keyed((name) => timeout({ name, limit }, runtime), { name: 't' }, runtime)
  return { clock, runtime, timeouts }
}

test('keyed: a timeout by key inside a retry is no deadline between the attempts', async () => {
  const { clock, runtime, timeouts } = setUp(100)
  const line = pipeline([retry({ attempts: 2, baseDelay: 500, maxDelay: 500 }, runtime), timeouts])
  const deadlines: (number | undefined)[] = []
  const startMs = clock.now()
  const result = line.execute(
    async ({ attempt, deadlineMs }) => {
      deadlines.push(deadlineMs)
      if (attempt === 1) throw new Error('down')
      return 'ok'
    },
    { key: 'a' },
  )
  await clock.advance(500)
  expect(await result).toBe('ok')
  expect(deadlines).toEqual([startMs + 100, startMs + 600])
})

test('keyed: a timeout by key around a retry still ends a call whose attempts were given up', async () => {
  const { clock, runtime, timeouts } = setUp(1_000)
  const attempts = retry({ attempts: 9, baseDelay: 0, maxDelay: 0 }, runtime)
  for (const outer of [[timeouts], [timeout({ limit: 5_000 }, runtime), timeouts]]) {
    const line = pipeline([...outer, attempts, timeout({ limit: 300 }, runtime)])
    const late = line.outcome(() => new Promise(() => {}), { key: 'a' })
    for (let step = 0; step < 3; step++) await clock.advance(300)
    await clock.advance(99)
    expect(timeouts.remove('a')).toBe(false)
    await clock.advance(1)
    expect(await late).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT', details: { name: 'a' } } })
    expect(timeouts.remove('a')).toBe(true)
  }
})

test('keyed: an attempt given up outside of a policy by key begins anew with it', async () => {
  const { clock, runtime, timeouts } = setUp(1_000)
  const again = retry({ attempts: 2, baseDelay: 0, maxDelay: 0 }, runtime)
  const line = pipeline([again, timeout({ limit: 300 }, runtime), timeouts])
  const result = line.execute(
    ({ attempt }) => (attempt === 1 ? new Promise<string>(() => {}) : Promise.resolve('second')),
    {
      key: 'a',
    },
  )
  await clock.advance(300)
  await clock.advance(0)
  expect(await result).toBe('second')
  expect(timeouts.remove('a')).toBe(true)
})
