import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { AttemptLimit } from './attempt-limit.ts'

const limited = { code: 'ERR_RATE_LIMITED', status: 429, retryAfterMs: 3_000 }
const tenTimes = (limit: AttemptLimit, email: string) => {
  for (let i = 0; i < 10; i++) limit.take(email)
}
const failure = (act: () => void): unknown => {
  try {
    act()
    return undefined
  } catch (error) {
    return error
  }
}

test('AttemptLimit: ten at once, then one every three seconds, whatever the case', async () => {
  const clock = manualClock()
  const limit = new AttemptLimit(clock)
  tenTimes(limit, 'rosa@example.com')
  expect(failure(() => limit.take('Rosa@Example.COM'))).toMatchObject(limited)
  await clock.advance(2_999)
  expect(failure(() => limit.take('rosa@example.com'))).toMatchObject({ ...limited, retryAfterMs: 1 })
  await clock.advance(1)
  limit.take('ROSA@example.com')
  expect(failure(() => limit.take('rosa@example.com'))).toMatchObject(limited)
})

test('AttemptLimit: a refused attempt costs nothing', async () => {
  const clock = manualClock()
  const limit = new AttemptLimit(clock)
  tenTimes(limit, 'rosa@example.com')
  for (let i = 0; i < 100; i++) expect(failure(() => limit.take('rosa@example.com'))).toBeDefined()
  await clock.advance(30_000)
  tenTimes(limit, 'rosa@example.com')
})

test('AttemptLimit: a flood of other accounts frees no exhausted one', () => {
  const limit = new AttemptLimit(manualClock())
  tenTimes(limit, 'rosa@example.com')
  // One of them may share its place, and is refused then.
  for (let i = 0; i < 20_000; i++) failure(() => limit.take(`other-${i}@example.com`))
  expect(failure(() => limit.take('rosa@example.com'))).toMatchObject(limited)
})
