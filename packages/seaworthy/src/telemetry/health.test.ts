import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { runHealthChecks, type HealthCheck } from './health.ts'

const passing: HealthCheck = { name: 'passing', check: () => undefined }
const warning: HealthCheck = {
  name: 'warning',
  check: async () => ({ status: 'warn', detail: 'disk 91 % full' }),
}

test('runHealthChecks: passes when there is nothing to check', async () => {
  expect(await runHealthChecks([], { clock: manualClock() })).toEqual({
    status: 'pass',
    checks: [],
    durationMs: 0,
  })
})

test('runHealthChecks: the worst check decides, each is reported in order', async () => {
  const clock = manualClock()
  const error = new Error('refused')
  const failing: HealthCheck = {
    name: 'failing',
    check: () => {
      throw error
    },
  }
  expect((await runHealthChecks([passing, warning], { clock })).status).toBe('warn')
  const report = await runHealthChecks([failing, passing, warning], { clock })
  expect(report.status).toBe('fail')
  expect(report.checks).toEqual([
    { name: 'failing', status: 'fail', error, durationMs: 0 },
    { name: 'passing', status: 'pass', durationMs: 0 },
    { name: 'warning', status: 'warn', detail: 'disk 91 % full', durationMs: 0 },
  ])
  expect(clock.pending).toBe(0)
})

test('runHealthChecks: a check that hangs costs its own limit, is told so, and stops no other', async () => {
  const clock = manualClock()
  let aborted = false
  const hanging: HealthCheck = {
    name: 'hanging',
    timeout: '300ms',
    check: (signal) => {
      signal.addEventListener('abort', () => (aborted = true))
      return new Promise(() => {})
    },
  }
  const running = runHealthChecks([hanging, passing], { clock, timeout: '2s' })
  await clock.advance(300)
  const report = await running
  expect(aborted).toBe(true)
  expect(report.durationMs).toBe(300)
  expect(report.checks[0]).toEqual({
    name: 'hanging',
    status: 'fail',
    detail: 'no answer within 300 ms',
    durationMs: 300,
  })
  expect(report.checks[1]).toMatchObject({ status: 'pass', durationMs: 0 })
  expect(clock.pending).toBe(0)
})

test('runHealthChecks: the signal is not aborted after an answer in time', async () => {
  const clock = manualClock()
  let seen: AbortSignal | undefined
  await runHealthChecks([{ name: 'quick', check: (signal) => void (seen = signal) }], { clock })
  await clock.advance(10_000)
  expect(seen?.aborted).toBe(false)
})
