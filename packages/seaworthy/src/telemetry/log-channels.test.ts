import {
  breakerChannel,
  breakerShadowChannel,
  fallbackChannel,
  hedgeChannel,
  levelChannel,
  manualClock,
  probeChannel,
  refusalChannel,
  retryChannel,
  timeoutChannel,
} from 'seaworthy/core'
import { afterEach, expect, test } from 'vitest'
import { logChannels } from './log-channels.ts'
import type { LogLine } from './log-line.ts'
import { createLogger } from './logger.ts'
import type { Stop } from './stop.ts'

const stops: Stop[] = []

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function recorded() {
  const lines: LogLine[] = []
  const clock = manualClock()
  const logger = createLogger({
    service: 'shop',
    level: 'trace',
    clock,
    write: (line) => lines.push(line),
  })
  const stop = logChannels(logger, clock)
  stops.push(stop)
  return { lines, stop, clock }
}

test('logChannels: transitions and fallbacks are warnings with their facts', () => {
  const { lines } = recorded()
  breakerChannel.publish({ name: 'weather', from: 'closed', to: 'open', reason: 'failures' })
  fallbackChannel.publish({ name: 'weather', source: 'last-good', ageMs: 90_000, error: new Error('down') })
  expect(lines).toMatchObject([
    { level: 'warn', message: 'Breaker weather went from closed to open', reason: 'failures' },
    { level: 'warn', message: 'weather answered from last-good', ageMs: 90_000, error: { message: 'down' } },
  ])
})

test('logChannels: a level that falls is a warning, the way back to full information', () => {
  const { lines } = recorded()
  const change = { service: 'shop', capability: 'buy', because: ['weather'] }
  levelChannel.publish({ ...change, from: 'full', to: 'degraded' })
  levelChannel.publish({ ...change, from: 'degraded', to: 'full' })
  expect(lines.map(({ level, to }) => [level, to])).toEqual([
    ['warn', 'degraded'],
    ['info', 'full'],
  ])
  expect(lines[0]).toMatchObject({ service: 'shop', ofService: 'shop', because: ['weather'] })
})

test('logChannels: the first failed probe is a warning, the first good one after it information with the time', async () => {
  const { lines, clock } = recorded()
  for (const ok of [true, false, false, true, true]) {
    probeChannel.publish({ dependency: 'weather', ok, durationMs: 5 })
    await clock.advance(10_000)
  }
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn Probe of weather failed',
    'debug Probe of weather failed again',
    'info Probe of weather works again after 20000 ms',
  ])
  expect(lines.at(-1)).toMatchObject({ failures: 2, downMs: 20_000 })
})

test('logChannels: what a breaker that only observes would have done is information', () => {
  const { lines } = recorded()
  breakerShadowChannel.publish({ name: 'weather', from: 'closed', to: 'open', reason: 'failures' })
  expect(lines).toMatchObject([
    {
      level: 'info',
      event: 'breaker-shadow',
      message: 'Breaker weather, which only observes, would have gone from closed to open',
      reason: 'failures',
    },
  ])
})

test('logChannels: retries, hedges, refusals and timeouts are for debugging; nothing once stopped', () => {
  const { lines, stop } = recorded()
  retryChannel.publish({ name: 'weather', attempt: 1, delayMs: 99.6, error: undefined })
  hedgeChannel.publish({ name: 'weather', attempt: 2, delayMs: 80.4 })
  refusalChannel.publish({ name: 'weather', reason: 'circuit-open', retryAfterMs: 10 })
  timeoutChannel.publish({ name: 'weather', limitMs: 2000 })
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'debug Attempt 1 of weather failed, the next follows in 100 ms',
    'debug weather gave no answer within 80 ms, attempt 2 was started beside it',
    'debug weather refused a call: circuit-open',
    'debug weather gave no answer within 2000 ms',
  ])
  stop()
  timeoutChannel.publish({ name: 'weather', limitMs: 2000 })
  expect(lines).toHaveLength(4)
})
