import { expect, test } from 'vitest'
import { sleep } from './abort.ts'
import { manualClock } from './manual-clock.ts'

test('manualClock: moves only when told to', async () => {
  const clock = manualClock()
  expect(clock.now()).toBe(0)
  expect(new Date(clock.wallTime()).toISOString()).toBe('2026-01-05T08:00:00.000Z')
  await clock.advance(1_500)
  expect(clock.now()).toBe(1_500)
  expect(manualClock(7).wallTime()).toBe(7)
})

test('manualClock: timers run in order of their time, each at its own time', async () => {
  const clock = manualClock()
  const ran: string[] = []
  const note = (name: string) => () => ran.push(`${name} ${clock.now()}`)
  clock.schedule(20, note('b'))
  clock.schedule(10, note('a'))
  clock.schedule(20, note('c'))
  clock.schedule(-5, note('first'))
  clock.schedule(31, note('later'))
  await clock.advance(30)
  expect(ran).toEqual(['first 0', 'a 10', 'b 20', 'c 20'])
  expect([clock.now(), clock.pending]).toEqual([30, 1])
})

test('manualClock: what a timer settles goes on before the next timer', async () => {
  const clock = manualClock()
  const ran: number[] = []
  const loop = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await sleep(clock, 10)
      ran.push(clock.now())
    }
  }
  const done = loop()
  await clock.advance(100)
  await done
  expect(ran).toEqual([10, 20, 30])
})

test('manualClock: a cancelled timer never runs', async () => {
  const clock = manualClock()
  const ran: string[] = []
  const timer = clock.schedule(10, () => ran.push('cancelled'))
  {
    using _ = clock.schedule(10, () => ran.push('disposed'))
  }
  timer.cancel()
  timer.cancel()
  expect(clock.pending).toBe(0)
  await clock.advance(10)
  expect(ran).toEqual([])
})

test('manualClock: the wall clock may jump, the other does not', () => {
  const clock = manualClock(1_000)
  clock.jumpWall(-400)
  expect([clock.wallTime(), clock.now()]).toEqual([600, 0])
})
