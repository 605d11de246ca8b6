import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainDemand, roundDemand } from './reasons.ts'
import { reasonGroups } from './types.ts'

const parts = fc.array(
  fc.record({
    group: fc.constantFrom(...reasonGroups),
    name: fc.constantFrom('a', 'b', 'c'),
    log: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
  }),
  { maxLength: 12 },
)
const baseline = fc.double({ min: 0.02, max: 500, noNaN: true })

test('explainDemand: baseline and units add up to the expected demand', () => {
  fc.assert(
    fc.property(baseline, parts, (base, given) => {
      const { expected, units } = explainDemand(base, given)
      const sum = [...units.values()].reduce((total, value) => total + value, base)
      expect(Math.abs(sum - expected)).toBeLessThan(1e-6 * Math.max(1, expected))
      expect(expected).toBeCloseTo(base * Math.exp(given.reduce((total, { log }) => total + log, 0)), 6)
    }),
  )
})

test('explainDemand: what raises demand has units above zero, and opposite effects that cancel are still shown', () => {
  const { units, expected } = explainDemand(10, [
    { group: 'weather', name: 'rain', log: -0.4 },
    { group: 'event', name: 'event nearby', log: 0.4 },
  ])
  expect(expected).toBeCloseTo(10)
  expect(units.get('weather')).toBeCloseTo(-4)
  expect(units.get('event')).toBeCloseTo(4)
})

test('explainDemand: the label is the strongest influence of the group, summed over its parts', () => {
  const { labels } = explainDemand(10, [
    { group: 'weather', name: 'rain', log: -0.3 },
    { group: 'weather', name: 'temperature', log: 0.2 },
    { group: 'weather', name: 'temperature', log: 0.2 },
  ])
  expect(labels.get('weather')).toBe('temperature')
})

test('roundDemand: adds up exactly in tenths, and no group is off by a tenth or more', () => {
  fc.assert(
    fc.property(baseline, parts, (base, given) => {
      const exact = explainDemand(base, given)
      const rounded = roundDemand(exact)
      const tenths = rounded.reasons.reduce((sum, { units }) => sum + Math.round(units * 10), 0)
      expect(Math.round(rounded.baseline * 10) + tenths).toBe(Math.round(rounded.expected * 10))
      for (const { group, units } of rounded.reasons) {
        expect(Math.abs(units - (exact.units.get(group) ?? 0))).toBeLessThan(0.21)
      }
    }),
  )
})
