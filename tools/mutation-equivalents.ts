import type { EquivalentMutant } from './mutation-score.ts'

/** Mutants that nothing can tell from the original. Each was looked at by hand. */
export const equivalents: readonly EquivalentMutant[] = []
