import type { LogPart } from './linear-demand.ts'
import { reasonGroups, type Reason, type ReasonGroup } from './types.ts'

/** What the groups of features add to the baseline, exactly. */
export interface ExplainedDemand {
  readonly baseline: number
  readonly expected: number
  /** Units of each group, unrounded: baseline + their sum = expected. */
  readonly units: ReadonlyMap<ReasonGroup, number>
  readonly labels: ReadonlyMap<ReasonGroup, string>
}

/**
 * Turns contributions on the logarithmic scale into units. Each is multiplied by the logarithmic mean of baseline and
 * expected demand, (expected - baseline) / ln(expected / baseline), so that signs and proportions stay and the sum is
 * exact: the logarithmic mean Divisia index of B. W. Ang, "The LMDI approach to decomposition analysis" (2005).
 *
 * @param baseline demand when all parts are 0, above 0
 * @param parts what adds up to the logarithm of expected by baseline
 */
export function explainDemand(baseline: number, parts: readonly LogPart[]): ExplainedDemand {
  const logs = new Map<ReasonGroup, Map<string, number>>()
  let total = 0
  for (const { group, name, log } of parts) {
    total += log
    const names = logs.get(group) ?? new Map<string, number>()
    names.set(name, (names.get(name) ?? 0) + log)
    logs.set(group, names)
  }
  const factor = Math.abs(total) < 1e-9 ? baseline : (baseline * Math.expm1(total)) / total
  const units = new Map<ReasonGroup, number>()
  const labels = new Map<ReasonGroup, string>()
  for (const [group, names] of logs) {
    units.set(group, factor * [...names.values()].reduce((sum, log) => sum + log, 0))
    const [strongest] = [...names].toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    labels.set(group, strongest?.[0] ?? group)
  }
  return { baseline, expected: baseline * Math.exp(total), units, labels }
}

/** The explanation in tenths of a unit that still add up exactly. */
export interface RoundedDemand {
  readonly baseline: number
  readonly expected: number
  /** Strongest first; groups that round to nothing are left out. */
  readonly reasons: readonly Reason[]
}

/**
 * Rounds to tenths. Baseline and expected demand are rounded each for itself; the units of the groups are rounded down
 * to tenths, and the tenths then missing go to the groups with the largest remainders (the largest remainder method),
 * so that baseline + reasons = expected in tenths.
 */
export function roundDemand(demand: ExplainedDemand): RoundedDemand {
  const baselineTenths = Math.round(demand.baseline * 10)
  const expectedTenths = Math.round(demand.expected * 10)
  const parts = reasonGroups.map((group) => {
    const exact = (demand.units.get(group) ?? 0) * 10
    return { group, tenths: Math.floor(exact), remainder: exact - Math.floor(exact) }
  })
  let missing = expectedTenths - baselineTenths - parts.reduce((sum, part) => sum + part.tenths, 0)
  for (const part of parts.toSorted((a, b) => b.remainder - a.remainder)) {
    if (missing <= 0) break
    part.tenths++
    missing--
  }
  // Rounding of baseline and expected can ask for one tenth less than the parts' floors, or one more than there are parts.
  const largest = parts.toSorted((a, b) => Math.abs(b.tenths) - Math.abs(a.tenths))[0]
  if (missing !== 0 && largest !== undefined) largest.tenths += missing
  const reasons = parts
    .filter(({ tenths }) => tenths !== 0)
    .toSorted((a, b) => Math.abs(b.tenths) - Math.abs(a.tenths))
    .map(({ group, tenths }) =>
      Object.freeze({ group, label: demand.labels.get(group) ?? group, units: tenths / 10 }),
    )
  return { baseline: baselineTenths / 10, expected: expectedTenths / 10, reasons }
}
