import { features } from './features.ts'
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
 * @param baseline demand when all contributions are 0, above 0
 * @param contributions one for each feature
 */
export function explainDemand(baseline: number, contributions: Float64Array): ExplainedDemand {
  const logs = new Map<ReasonGroup, number>()
  const strongest = new Map<ReasonGroup, { readonly label: string; readonly size: number }>()
  let total = 0
  for (const [index, { group, name }] of features.entries()) {
    const contribution = contributions[index] ?? 0
    total += contribution
    logs.set(group, (logs.get(group) ?? 0) + contribution)
    const size = Math.abs(contribution)
    if (size > (strongest.get(group)?.size ?? -1)) strongest.set(group, { label: name, size })
  }
  const factor = Math.abs(total) < 1e-9 ? baseline : (baseline * Math.expm1(total)) / total
  return {
    baseline,
    expected: baseline * Math.exp(total),
    units: new Map([...logs].map(([group, log]) => [group, log * factor])),
    labels: new Map([...strongest].map(([group, { label }]) => [group, label])),
  }
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
