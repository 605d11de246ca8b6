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

test('EventLoopMonitor: an event loop that turns only once between two looks is late', async () => {
  const clock = manualClock()
  const monitor = new EventLoopMonitor(clock)
  const delays: number[] = []
  monitor.start((delayMs) => delays.push(delayMs))
  for (let i = 0; i < 4; i++) {
    block(40)
    await clock.settle()
    await clock.advance(200)
  }
  expect(delays.length).toBeGreaterThan(1)
  expect(Math.max(...delays)).toBeGreaterThan(15)
  monitor.stop()
})

/** A histogram that shows what the test wants. */
class TestHistogram {
  count = 0
  mean = Number.NaN
  readonly calls: string[] = []

  constructor({ resolution }: { readonly resolution: number }) {
    this.calls.push(`resolution ${resolution}`)
  }

  enable(): boolean {
    return this.calls.push('enable') > 0
  }

  disable(): boolean {
    return this.calls.push('disable') > 0
  }

  /** So many more times, of so many milliseconds on average. */
  add(count: number, meanMs: number): void {
    const sum = this.count > 0 ? this.mean * this.count : 0
    this.count += count
    this.mean = this.count > 0 ? (sum + count * meanMs * 1e6) / this.count : Number.NaN
  }
}

function setUp() {
  const clock = manualClock()
  const histograms: TestHistogram[] = []
  const monitor = new EventLoopMonitor(clock, (options) => {
    const histogram = new TestHistogram(options)
    histograms.push(histogram)
    return histogram
  })
  return { clock, histograms, monitor }
}

test('EventLoopMonitor: tells what was measured since the last look, and nothing where nothing was', async () => {
  const { clock, histograms, monitor } = setUp()
  const delays: number[] = []
  monitor.start((delayMs) => delays.push(delayMs))
  const [histogram] = histograms
  const look = async (count: number, meanMs: number): Promise<void> => {
    histogram?.add(count, meanMs)
    await clock.advance(200)
  }
  await look(0, 0)
  await look(20, 10)
  await look(1, 35)
  await look(0, 0)
  // The timer of the histogram may come a little early.
  await look(20, 9.9)
  expect(delays).toEqual([0, expect.closeTo(25, 6), 0])
  expect(histogram?.calls).toEqual(['resolution 10', 'enable'])
  histogram?.add(1, 20)
  await clock.advance(199)
  expect(delays).toHaveLength(3)
  await clock.advance(1)
  expect(delays[3]).toBeCloseTo(10, 6)
})

test('EventLoopMonitor: started once, stopped at any time and started again, and no timer is left', async () => {
  const { clock, histograms, monitor } = setUp()
  monitor.stop()
  monitor.start(() => {})
  monitor.start(() => {})
  expect(clock.pending).toBe(1)
  await clock.advance(200)
  expect(clock.pending).toBe(1)
  monitor.stop()
  monitor.stop()
  expect(clock.pending).toBe(0)
  expect(histograms.map((histogram) => histogram.calls.at(-1))).toEqual(['disable'])
  monitor.start(() => {})
  expect(histograms).toHaveLength(2)
  monitor.stop()
})
