import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerLevel, capabilityLevel, type IngredientState } from './capability.ts'
import type { DependencyState } from './dependency-handle.ts'
import { dependencyState, failedCallCountsMs } from './dependency-state.ts'
import { serviceLevels, worstLevel } from './service-level.ts'

const states = ['up', 'impaired', 'down', 'unknown'] as const satisfies readonly DependencyState[]
const ingredient = fc.record({ state: fc.constantFrom(...states), hasFallback: fc.boolean() })

function levelOf(needs: readonly IngredientState[], uses: readonly IngredientState[]) {
  const all = new Map<string, IngredientState>([
    ...needs.map((item, i) => [`n${i}`, item] as const),
    ...uses.map((item, i) => [`u${i}`, item] as const),
  ])
  const declaration = { needs: needs.map((_, i) => `n${i}`), uses: uses.map((_, i) => `u${i}`) }
  return capabilityLevel('x', declaration, (name) => all.get(name)!)
}

test('capabilityLevel: unavailable exactly when something needed is down without a fallback', () => {
  fc.assert(
    fc.property(fc.array(ingredient), fc.array(ingredient), (needs, uses) => {
      const lost = needs.some(({ state, hasFallback }) => state === 'down' && !hasFallback)
      expect(levelOf(needs, uses).level === 'unavailable').toBe(lost)
    }),
  )
})

test('capabilityLevel: full exactly when nothing is impaired or down, and then nothing is to blame', () => {
  fc.assert(
    fc.property(fc.array(ingredient), fc.array(ingredient), (needs, uses) => {
      const fine = [...needs, ...uses].every(({ state }) => state === 'up' || state === 'unknown')
      const { level, because } = levelOf(needs, uses)
      expect(level === 'full').toBe(fine)
      expect(because.length === 0).toBe(fine)
    }),
  )
})

test('capabilityLevel: what is only used never makes it worse than degraded', () => {
  fc.assert(
    fc.property(fc.array(ingredient), (uses) => {
      expect(['full', 'degraded']).toContain(levelOf([], uses).level)
    }),
  )
})

test('answerLevel: a needed ingredient from a fallback is minimal, a used one degraded, a live one full', () => {
  const source = (dependency: string, degraded: boolean) => ({
    dependency,
    operation: 'call',
    source: degraded ? 'none' : 'live',
    asOf: new Date(0),
    degraded,
  })
  const declaration = { needs: ['database'], uses: ['weather'] }
  expect(answerLevel(declaration, [source('database', false), source('weather', false)])).toBe('full')
  expect(answerLevel(declaration, [source('weather', true)])).toBe('degraded')
  expect(answerLevel(declaration, [source('weather', true), source('database', true)])).toBe('minimal')
})

test('worstLevel: the worst of any levels, whatever their order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...serviceLevels)), (levels) => {
      const worst = worstLevel(levels)
      expect(levels.length === 0 ? worst === 'full' : levels.includes(worst)).toBe(true)
      for (const level of levels) {
        expect(serviceLevels.indexOf(level)).toBeLessThanOrEqual(serviceLevels.indexOf(worst))
      }
    }),
  )
})

test('dependencyState: each kind of evidence has its state, the breaker first', () => {
  const quiet = {
    breaker: undefined,
    probeFailures: 0,
    heldBackShare: 0,
    heard: true,
    callFailedAgoMs: undefined,
  } as const
  expect(dependencyState(quiet).state).toBe('up')
  expect(dependencyState({ ...quiet, heard: false }).state).toBe('unknown')
  expect(dependencyState({ ...quiet, callFailedAgoMs: 0 }).state).toBe('impaired')
  expect(dependencyState({ ...quiet, callFailedAgoMs: failedCallCountsMs }).state).toBe('unknown')
  expect(dependencyState({ ...quiet, probeFailures: 1 }).state).toBe('impaired')
  expect(dependencyState({ ...quiet, probeFailures: 2 }).state).toBe('down')
  expect(dependencyState({ ...quiet, heldBackShare: 0.01 })).toEqual({
    state: 'impaired',
    reason: 'it refused much of late, so a part of the calls is held back',
  })
  expect(dependencyState({ ...quiet, heldBackShare: 0.9, breaker: 'open' }).state).toBe('down')
  expect(dependencyState({ ...quiet, breaker: 'half-open' }).state).toBe('impaired')
  expect(dependencyState({ ...quiet, breaker: 'half-open', probeFailures: 2 }).state).toBe('down')
  expect(dependencyState({ ...quiet, breaker: 'open' }).state).toBe('down')
  expect(dependencyState({ ...quiet, breaker: 'forced-open' }).state).toBe('down')
  expect(dependencyState({ ...quiet, breaker: 'forced-closed' }).state).toBe('up')
})
