import { expect, test } from 'vitest'
import { SampleWindow, type Sample } from './sample-window.ts'

interface Call {
  readonly startedMs: number
  readonly isDropped: boolean
}

/** The window that a call completes which ends now; undefined when it completes none. */
function add(window: SampleWindow, call: Call, [inFlight, nowMs]: readonly [number, number]) {
  const isComplete = window[call.isDropped ? 'dropped' : 'served'](call.startedMs, nowMs, inFlight)
  return isComplete ? window.close(nowMs) : undefined
}

/** Adds calls of a length that end one after another; the last answer. */
function addAll(window: SampleWindow, ends: readonly number[], { lengthMs = 10, isDropped = false } = {}) {
  let sample: Sample | undefined
  for (const endMs of ends) sample = add(window, { startedMs: endMs - lengthMs, isDropped }, [1, endMs])
  return sample
}

const rules = { windowMs: 100, samplesMin: 3 }

test('SampleWindow: is complete with its length and its calls, and then shows them', () => {
  const window = new SampleWindow(rules, 0)
  expect(addAll(window, [10, 20])).toBeUndefined()
  expect(add(window, { startedMs: 30, isDropped: false }, [7, 70])).toBeUndefined()
  expect(add(window, { startedMs: 60, isDropped: true }, [5, 99])).toBeUndefined()
  expect(add(window, { startedMs: 60, isDropped: false }, [6, 100])).toEqual({
    rttMs: (10 + 10 + 40 + 40) / 4,
    droppedShare: 0.2,
    inFlightMax: 7,
    endMs: 100,
  })
})

test('SampleWindow: is not complete with too few calls, however long it is', () => {
  const window = new SampleWindow(rules, 0)
  expect(addAll(window, [10, 130])).toBeUndefined()
  expect(addAll(window, [140])).toMatchObject({ rttMs: 10, endMs: 140 })
})

test('SampleWindow: lasts from the beginning of its first call, not from the end of the window before', () => {
  const window = new SampleWindow(rules, 0)
  expect(addAll(window, [90, 130, 179])).toBeUndefined()
  expect(addAll(window, [180])).toMatchObject({ endMs: 180 })
  const other = new SampleWindow(rules, 0)
  add(other, { startedMs: 50, isDropped: false }, [1, 60])
  add(other, { startedMs: 40, isDropped: false }, [1, 70])
  expect(addAll(other, [139])).toBeUndefined()
  expect(addAll(other, [140])).toMatchObject({ rttMs: 15 })
})

test('SampleWindow: is four times as long as its calls take, so that slow ones end in it', () => {
  const window = new SampleWindow(rules, 0)
  const lengthMs = 50
  expect(addAll(window, [50, 60, 199], { lengthMs })).toBeUndefined()
  expect(addAll(window, [200], { lengthMs })).toMatchObject({ rttMs: 50 })
})

test('SampleWindow: the next one begins empty', () => {
  const window = new SampleWindow(rules, 0)
  add(window, { startedMs: 0, isDropped: true }, [9, 5])
  expect(addAll(window, [98, 99, 100])).toMatchObject({ inFlightMax: 9, droppedShare: 0.25 })
  expect(addAll(window, [130, 160, 209], { lengthMs: 20 })).toBeUndefined()
  expect(addAll(window, [210], { lengthMs: 20 })).toEqual({
    rttMs: 20,
    droppedShare: 0,
    inFlightMax: 1,
    endMs: 210,
  })
})

test('SampleWindow: calls that began before it do not count, but were under way', () => {
  const window = new SampleWindow(rules, 100)
  expect(add(window, { startedMs: 99.9, isDropped: true }, [8, 110])).toBeUndefined()
  expect(add(window, { startedMs: 0, isDropped: false }, [3, 120])).toBeUndefined()
  expect(addAll(window, [110, 190, 200])).toEqual({
    rttMs: 10,
    droppedShare: 0,
    inFlightMax: 8,
    endMs: 200,
  })
})

test('SampleWindow: a window without a success has no time', () => {
  const window = new SampleWindow(rules, 0)
  expect(addAll(window, [10, 50, 100], { isDropped: true })).toEqual({
    rttMs: Number.NaN,
    droppedShare: 1,
    inFlightMax: 1,
    endMs: 100,
  })
})

test('SampleWindow: what was gathered before a long silence is dropped', () => {
  const window = new SampleWindow(rules, 0)
  addAll(window, [10, 20])
  expect(addAll(window, [2_000])).toMatchObject({ endMs: 2_000 })
  const other = new SampleWindow(rules, 0)
  addAll(other, [10, 20])
  // Began before the window that its end opens anew.
  expect(addAll(other, [2_001])).toBeUndefined()
  expect(addAll(other, [2_050, 2_060])).toBeUndefined()
  expect(addAll(other, [2_140])).toMatchObject({ rttMs: 10, endMs: 2_140 })
})

test('SampleWindow: a silence is long by the number of calls before it, however they ended', () => {
  const two = new SampleWindow(rules, 0)
  const lengthMs = 150
  addAll(two, [150, 160], { lengthMs })
  expect(addAll(two, [2_600], { lengthMs })).toBeUndefined()
  const one = new SampleWindow(rules, 0)
  addAll(one, [150], { lengthMs })
  addAll(one, [160], { lengthMs, isDropped: true })
  expect(addAll(one, [2_600], { lengthMs })).toBeUndefined()
  const short = new SampleWindow(rules, 0)
  addAll(short, [150, 160], { lengthMs })
  expect(addAll(short, [1_500], { lengthMs })).toMatchObject({ rttMs: 150 })
})

test('SampleWindow: calls longer than its length by far still fill it', () => {
  const window = new SampleWindow(rules, 0)
  const lengthMs = 30_000
  expect(addAll(window, [30_000, 60_000, 90_000], { lengthMs })).toBeUndefined()
  expect(addAll(window, [120_000], { lengthMs })).toMatchObject({ rttMs: 30_000 })
})
