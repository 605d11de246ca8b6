import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { EventLoopMonitor } from './delay-monitor.ts'

/** Holds the event loop up, without work. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

async function blockRepeatedly(clock: ManualClock): Promise<void> {
  for (let i = 0; i < 4; i++) {
    block(40)
    await clock.settle()
  }
}

test('EventLoopMonitor: tells the mean delay of the event loop, without its own resolution', async () => {
  const clock = manualClock()
  const monitor = new EventLoopMonitor(clock)
  const delays: number[] = []
  monitor.start((delayMs) => delays.push(delayMs))
  await blockRepeatedly(clock)
  await clock.advance(200)
  expect(delays).toHaveLength(1)
  expect(delays[0]).toBeGreaterThan(15)
  expect(delays[0]).toBeLessThan(200)
  monitor.stop()
})

test('EventLoopMonitor: a look at which nothing was measured says nothing', async () => {
  const clock = manualClock()
  const monitor = new EventLoopMonitor(clock)
  const delays: number[] = []
  monitor.start((delayMs) => delays.push(delayMs))
  await clock.advance(1_000)
  expect(delays.every((delayMs) => delayMs >= 0)).toBe(true)
  expect(delays.length).toBeLessThan(5)
  monitor.stop()
})

test('EventLoopMonitor: started once, stopped at any time, and no timer is left', async () => {
  const clock = manualClock()
  const monitor = new EventLoopMonitor(clock)
  const delays: number[] = []
  monitor.stop()
  monitor.start((delayMs) => delays.push(delayMs))
  monitor.start(() => delays.push(Number.NaN))
  expect(clock.pending).toBe(1)
  await clock.advance(200)
  expect(clock.pending).toBe(1)
  monitor.stop()
  monitor.stop()
  expect(clock.pending).toBe(0)
  await blockRepeatedly(clock)
  await clock.advance(1_000)
  expect(delays).not.toContain(Number.NaN)
  expect(delays.length).toBeLessThan(2)
})
