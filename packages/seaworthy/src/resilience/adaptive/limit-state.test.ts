import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aimd } from './aimd.ts'
import { gradient } from './gradient.ts'
import { initialLimitState, nextLimitState, type LimitRules, type LimitState } from './limit-state.ts'
import type { Sample } from './sample-window.ts'
import { vegas } from './vegas.ts'

const rules: LimitRules = {
  algorithm: vegas,
  min: 2,
  max: 200,
  backoff: 0.9,
  dropTolerance: 0.05,
  probeIntervalMs: 1_000,
}

interface Step extends Partial<Sample> {
  readonly rules?: Partial<LimitRules>
  readonly chance?: number
}

/** The state after a window that used the limit, had no drops and took as long as without load, unless said otherwise. */
function next(state: LimitState, { rules: changed, chance = 0.5, ...sample }: Step = {}): LimitState {
  const complete = { rttMs: 10, droppedShare: 0, inFlightMax: Math.floor(state.limit), endMs: 100, ...sample }
  return nextLimitState(state, { sample: complete, rules: { ...rules, ...changed }, chance })
}

const steady: LimitState = { phase: 'steady', limit: 100, baseMs: 10, probeAtMs: 1_000, probeAtLimit: 50 }

test('nextLimitState: begins by doubling as long as the limit is used and calls do not wait', () => {
  const first = next(initialLimitState(20))
  expect(first).toMatchObject({ phase: 'start', limit: 40, baseMs: 10 })
  expect(next(first)).toMatchObject({ phase: 'start', limit: 80 })
  expect(next(first, { inFlightMax: 39 })).toMatchObject({ phase: 'start', limit: 40 })
  expect(next(next(next(first)))).toMatchObject({ phase: 'start', limit: 200 })
})

test('nextLimitState: the start ends where calls wait or are dropped, at the limit before, and the base is checked', () => {
  const doubled = next(next(initialLimitState(20)))
  const ended = { phase: 'steady', limit: 40, baseMs: 10, probeAtMs: 100, probeAtLimit: 20 }
  expect(next(doubled, { rttMs: 15 })).toEqual(ended)
  expect(next(doubled, { droppedShare: 0.1 })).toEqual(ended)
  expect(next({ ...doubled, limit: 3 }, { droppedShare: 0.1 })).toMatchObject({ limit: 2, probeAtLimit: 1 })
  expect(next({ ...doubled, limit: 41.5 }, { inFlightMax: 41 })).toMatchObject({ limit: 83 })
})

test('nextLimitState: a share of drops is put up with, more takes a tenth of the limit', () => {
  expect(next(steady, { droppedShare: 0.05 })).toMatchObject({ phase: 'steady', limit: 120 })
  expect(next(steady, { droppedShare: 0.06 })).toEqual({ ...steady, limit: 90 })
  expect(next({ ...steady, limit: 2 }, { droppedShare: 1 })).toEqual({ ...steady, limit: 2 })
})

test('nextLimitState: a window without a success changes nothing where drops are put up with', () => {
  const lenient = { dropTolerance: 1 }
  expect(next(steady, { droppedShare: 1, rttMs: Number.NaN, rules: lenient })).toBe(steady)
})

test('nextLimitState: a window that used less than half of the limit only moves the base, up as well as down', () => {
  const quiet = { phase: 'steady', limit: 100, probeAtMs: 1_100, probeAtLimit: 50 }
  expect(next(steady, { inFlightMax: 49, rttMs: 50 })).toEqual({ ...quiet, baseMs: 20 })
  expect(next(steady, { inFlightMax: 49, rttMs: 6 })).toEqual({ ...quiet, baseMs: 9 })
  expect(next(steady, { inFlightMax: 50, rttMs: 50 })).toMatchObject({ baseMs: 10 })
  expect(next(initialLimitState(20), { inFlightMax: 9 })).toMatchObject({
    phase: 'start',
    limit: 20,
    baseMs: 10,
  })
})

test('nextLimitState: under load the base falls by a quarter of the way, if clearly faster, and never rises', () => {
  expect(next(steady, { rttMs: 6 })).toMatchObject({ baseMs: 9 })
  expect(next(steady, { rttMs: 8.9 })).toMatchObject({ baseMs: 9.725 })
  expect(next(steady, { rttMs: 9 })).toMatchObject({ baseMs: 10 })
  expect(next(steady, { rttMs: 14 })).toMatchObject({ baseMs: 10 })
})

test('nextLimitState: stays within its bounds', () => {
  expect(next({ ...steady, limit: 190 })).toMatchObject({ limit: 200 })
  const lowered = next({ ...steady, limit: 2.1 }, { rttMs: 1_000, rules: { algorithm: gradient } })
  expect(lowered).toMatchObject({ phase: 'steady', limit: 2 })
})

test('nextLimitState: the time without load is measured when it is time, with half of the limit', () => {
  const probing = { phase: 'probe', limit: 60, baseMs: 10, resumeLimit: 120 }
  expect(next(steady, { endMs: 999 })).toMatchObject({ phase: 'steady' })
  expect(next(steady, { endMs: 1_000 })).toEqual(probing)
  expect(next(steady, { endMs: 1_000, rules: { algorithm: aimd } })).toMatchObject({
    phase: 'steady',
    limit: 101,
  })
})

test('nextLimitState: it is measured, too, when the limit has halved', () => {
  const falling = { ...steady, limit: 51, probeAtLimit: 50 }
  expect(next(falling, { rttMs: 20 })).toMatchObject({ phase: 'probe', limit: (51 - (25.5 - 10.2) / 2) / 2 })
  const exactly = { ...steady, limit: 50 }
  expect(next(exactly, { rttMs: 11.5 })).toMatchObject({ phase: 'probe', resumeLimit: 50 })
  const above = { ...falling, limit: 70 }
  expect(next(above, { rttMs: 20 })).toMatchObject({ phase: 'steady' })
})

test('nextLimitState: at the lowest limit there is nothing to halve', () => {
  const lowest = { ...steady, limit: 3, probeAtLimit: 3 }
  expect(next(lowest, { rttMs: 1_000 })).toMatchObject({ phase: 'steady', limit: 2 })
})

const probing: LimitState = { phase: 'probe', limit: 50, baseMs: 10, resumeLimit: 100 }

test('nextLimitState: a probe moves a base that is near half of the way, sets any other, and the limit goes back', () => {
  const back = { phase: 'steady', limit: 100, probeAtMs: 1_100, probeAtLimit: 50 }
  expect(next(probing, { rttMs: 8 })).toEqual({ ...back, baseMs: 9 })
  expect(next(probing, { rttMs: 11.9 })).toEqual({ ...back, baseMs: 10.95 })
  expect(next(probing, { rttMs: 12 })).toEqual({ ...back, baseMs: 12 })
  expect(next(probing, { rttMs: 30 })).toEqual({ ...back, baseMs: 30 })
})

test('nextLimitState: when halving made calls much faster, the lower limit stays and is halved again', () => {
  expect(next(probing, { rttMs: 7.9 })).toEqual({ phase: 'probe', limit: 25, baseMs: 7.9, resumeLimit: 50 })
  const lowest: LimitState = { ...probing, limit: 2 }
  expect(next(lowest, { rttMs: 5 })).toMatchObject({ phase: 'steady', limit: 2, baseMs: 5 })
})

test('nextLimitState: drops in a probe leave the half', () => {
  expect(next(probing, { droppedShare: 0.5 })).toMatchObject({ phase: 'steady', limit: 50, baseMs: 10 })
})

test('nextLimitState: measurements are spread by chance over half of the interval', () => {
  expect(next(probing, { chance: 0 })).toMatchObject({ probeAtMs: 850 })
  expect(next(probing, { chance: 1 })).toMatchObject({ probeAtMs: 1_350 })
})

test('nextLimitState: stays within its bounds and finite, whatever windows show', () => {
  const windows = fc.record({
    rttMs: fc.oneof(fc.double({ min: 0, max: 10_000, noNaN: true }), fc.constant(Number.NaN)),
    droppedShare: fc.constantFrom(0, 0, 0, 0.02, 0.3, 1),
    inFlightMax: fc.nat(300),
    endMs: fc.nat(100_000),
  })
  fc.assert(
    fc.property(
      fc.array(windows, { maxLength: 60, size: 'max' }),
      fc.constantFrom(aimd, vegas, gradient),
      fc.double({ min: 2, max: 200, noNaN: true }),
      (samples, algorithm, initial) => {
        let state = initialLimitState(initial)
        for (const sample of samples) {
          const before = state
          state = nextLimitState(state, { sample, rules: { ...rules, algorithm }, chance: 0.5 })
          expect(state.limit).toBeGreaterThanOrEqual(rules.min)
          expect(state.limit).toBeLessThanOrEqual(rules.max)
          expect(state.baseMs).toBeGreaterThanOrEqual(0)
          const isUsed = sample.inFlightMax >= Math.floor(before.limit)
          if (!isUsed && before.phase !== 'probe') expect(state.limit).toBeLessThanOrEqual(before.limit)
        }
      },
    ),
  )
})
