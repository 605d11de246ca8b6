import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'

test('createProgress: says nothing for two seconds, then once a second how much is left', async () => {
  const clock = manualClock()
  const lines: string[] = []
  const progress = createProgress(clock, (line) => lines.push(line))
  await clock.advance(1_999)
  progress.step(1, 10)
  expect(lines).toEqual([])
  await clock.advance(1)
  progress.step(2, 10)
  await clock.advance(999)
  progress.step(3, 10)
  expect(lines).toEqual(['2 of 10 steps, about 8 s left\n'])
  await clock.advance(1)
  progress.step(6, 10)
  expect(lines[1]).toBe('6 of 10 steps, about 2 s left\n')
})
