import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mainReason, reasonSteps } from './reason-steps.ts'

const amount = fc.double({ min: -40, max: 40, noNaN: true })
const items = fc.record({
  baseline: fc.double({ min: 0, max: 200, noNaN: true }),
  expectedDemand: fc.double({ min: 0, max: 200, noNaN: true }),
  reasons: fc.array(fc.record({ group: fc.constant('g'), label: fc.string(), units: amount }), {
    maxLength: 20,
  }),
})

test('reasonSteps: the bars join and end at the expected demand, whatever the reasons', () => {
  fc.assert(
    fc.property(items, (item) => {
      const { steps, max } = reasonSteps(item)
      const changes = steps.filter(({ kind }) => kind === 'change')
      let level = item.baseline
      for (const step of changes) {
        expect(step.from).toBeCloseTo(level, 9)
        level = step.to
      }
      expect(Math.abs(level - item.expectedDemand)).toBeLessThan(0.05 + 1e-9)
      expect(changes.length).toBeLessThanOrEqual(7)
      for (const { from, to } of steps) expect(Math.max(from, to)).toBeLessThanOrEqual(max)
    }),
  )
})

test('reasonSteps: the largest reason comes first', () => {
  const item = {
    baseline: 20,
    expectedDemand: 17,
    reasons: [
      { group: 'trend', label: 'Rising', units: 1 },
      { group: 'weather', label: 'Rain likely', units: -4 },
    ],
  }
  expect(reasonSteps(item).steps.map(({ label }) => label)).toEqual([
    'A usual day',
    'Rain likely',
    'Rising',
    'Expected',
  ])
  expect(mainReason(item)?.label).toBe('Rain likely')
})
