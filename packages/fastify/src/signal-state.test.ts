import { expect, test } from 'vitest'
import { onSignal, type SignalState } from './signal-state.ts'

function actions(...timesMs: readonly number[]): string[] {
  let state: SignalState = { phase: 'running' }
  return timesMs.map((nowMs) => {
    const step = onSignal(state, nowMs)
    state = step.state
    return step.action
  })
}

test('onSignal: one signal drains', () => {
  expect(actions(50)).toEqual(['drain'])
})

test('onSignal: repetitions within a second are the same press', () => {
  expect(actions(50, 51, 1049)).toEqual(['drain', 'ignore', 'ignore'])
})

test('onSignal: a signal a second later ends the process, counted from the first', () => {
  expect(actions(50, 900, 1050)).toEqual(['drain', 'ignore', 'force'])
})
