import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { interleave } from './interleave.ts'

test('interleave: runs all subjects each round, turns their order and answers medians', async () => {
  const clock = manualClock()
  const order: string[] = []
  const subject = (name: string, times: readonly number[]) => {
    let call = 0
    return {
      name,
      run: async () => {
        order.push(name)
        await clock.advance(times[call++] ?? 0)
      },
    }
  }
  const medians = await interleave([subject('a', [900, 10, 30, 20]), subject('b', [900, 1, 1, 500])], {
    clock,
    rounds: 3,
    warmUpRounds: 1,
  })
  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b', 'b', 'a'])
  expect(medians).toEqual(
    new Map([
      ['a', 20],
      ['b', 1],
    ]),
  )
})

test('interleave: what is done before a turn is not in its time', async () => {
  const clock = manualClock()
  const medians = await interleave([{ name: 'a', run: () => clock.advance(3) }], {
    clock,
    rounds: 3,
    warmUpRounds: 0,
    before: () => clock.advance(1_000),
  })
  expect(medians.get('a')).toBe(3)
})

/** Turns that are interrupted and take 100 ms, but for every `every`th, which takes 1 ms. */
async function medianOfInterrupted(every: number) {
  const clock = manualClock()
  let [turns, interruptions] = [0, 0]
  const run = async (): Promise<void> => {
    const isInterrupted = ++turns % every !== 0
    if (isInterrupted) interruptions++
    await clock.advance(isInterrupted ? 100 : 1)
  }
  const medians = await interleave([{ name: 'a', run }], {
    clock,
    rounds: 20,
    warmUpRounds: 0,
    interruptions: () => interruptions,
  })
  return { median: medians.get('a'), turns }
}

test('interleave: interrupted turns are left out, and half of the rounds are made without', async () => {
  expect(await medianOfInterrupted(1)).toEqual({ median: 1, turns: 20 })
  expect(await medianOfInterrupted(2)).toEqual({ median: 1, turns: 20 })
  expect(await medianOfInterrupted(3)).toEqual({ median: 1, turns: 30 })
})

test('interleave: where nearly all turns are interrupted, all of three times the rounds count', async () => {
  expect(await medianOfInterrupted(12)).toEqual({ median: 1, turns: 60 })
  expect(await medianOfInterrupted(13)).toEqual({ median: 100, turns: 60 })
})
