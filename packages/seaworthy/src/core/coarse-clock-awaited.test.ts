import { expect, test } from 'vitest'
import { TickingClock } from './coarse-clock.ts'
import { manualClock } from './manual-clock.ts'

const tickMs = 5
const busyReads = 32

/** A ticking clock that has a copy, and what it told of who waits. */
function setUp() {
  const clock = manualClock()
  const told: boolean[] = []
  const coarse = new TickingClock(clock, (isAwaited) => told.push(isAwaited))
  for (let read = 0; read < busyReads; read++) coarse.now()
  expect(coarse.isCopy).toBe(true)
  return { clock, coarse, told }
}

test('TickingClock: ticks that nobody waits for are told to nobody', async () => {
  const { clock, coarse, told } = setUp()
  await clock.advance(2 * tickMs)
  expect([coarse.isCopy, told]).toEqual([false, []])
})

test('TickingClock: tells once that somebody waits, and that nobody does when they have been heard', async () => {
  const { clock, coarse, told } = setUp()
  coarse.onRenewal(() => {})
  coarse.onRenewal(() => expect(told).toEqual([true]))
  expect(told).toEqual([true])
  await clock.advance(tickMs)
  expect(told).toEqual([true, false])
})

test('TickingClock: who begins to wait in a renewal is waited for until the next', async () => {
  const { clock, coarse, told } = setUp()
  const heard: number[] = []
  coarse.onRenewal(() => coarse.onRenewal((nowMs) => heard.push(nowMs)))
  await clock.advance(tickMs)
  expect([heard, told]).toEqual([[], [true]])
  await clock.advance(tickMs)
  expect([heard, told]).toEqual([[2 * tickMs], [true, false]])
})

test('TickingClock: who was heard by a renewal between two ticks is waited for no longer than to the next', async () => {
  const { clock, coarse, told } = setUp()
  let heard = 0
  coarse.onRenewal(() => heard++)
  for (let read = 0; read < 256; read++) coarse.now()
  expect([heard, told]).toEqual([1, [true]])
  await clock.advance(tickMs)
  expect(told).toEqual([true, false])
})
