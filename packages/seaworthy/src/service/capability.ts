import type { DependencyState } from './dependency-handle.ts'
import type { Provenance } from './scope.ts'
import type { CapabilityDeclaration, CapabilityLevel } from './service.ts'
import { worstLevel, type ServiceLevel } from './service-level.ts'

/** What the level of a capability is computed from. */
export interface IngredientState {
  readonly state: DependencyState
  readonly hasFallback: boolean
}

/**
 * The level of a capability now:
 * - `unavailable`: something it needs is down and nothing can answer for it;
 * - `minimal`: something it needs is down, but a fallback answers for it;
 * - `degraded`: something it uses, or needs, is impaired or down;
 * - `full`: otherwise. A dependency nobody has heard of yet does not count against it.
 */
export function capabilityLevel(
  capability: string,
  declaration: CapabilityDeclaration,
  stateOf: (dependency: string) => IngredientState,
): CapabilityLevel {
  const levels = new Map<string, ServiceLevel>()
  for (const name of declaration.needs) levels.set(name, neededLevel(stateOf(name)))
  for (const name of declaration.uses) levels.set(name, usedLevel(stateOf(name)))
  const because = [...levels].filter(([, level]) => level !== 'full').map(([name]) => name)
  return { capability, level: worstLevel(levels.values()), because }
}

function neededLevel({ state, hasFallback }: IngredientState): ServiceLevel {
  if (state === 'down') return hasFallback ? 'minimal' : 'unavailable'
  return state === 'impaired' ? 'degraded' : 'full'
}

function usedLevel({ state }: IngredientState): ServiceLevel {
  return state === 'down' || state === 'impaired' ? 'degraded' : 'full'
}

/** The level that the ingredients of one answer allow, whatever state their dependencies are in by now. */
export function answerLevel(
  declaration: CapabilityDeclaration,
  sources: readonly Provenance[],
): ServiceLevel {
  const needed = new Set(declaration.needs)
  return worstLevel(
    sources
      .filter((source) => source.degraded)
      .map((source) => (needed.has(source.dependency) ? 'minimal' : 'degraded')),
  )
}
