import type { Recommendation } from '../../contract/recommendation.ts'

/** One bar of the chart: it starts where the one before ended. */
export interface ReasonStep {
  readonly key: string
  readonly label: string
  readonly kind: 'start' | 'change' | 'end'
  readonly units: number
  readonly from: number
  readonly to: number
}

export interface ReasonSteps {
  readonly steps: readonly ReasonStep[]
  /** The right end of the axis; the left end is always 0. */
  readonly max: number
}

const changesMax = 6
const visible = 0.05

/**
 * Steps from what a usual day sells to the expected demand. Largest reasons first; beyond six the small ones are taken
 * together, and so is any rest, so that the bars always add up.
 */
export function reasonSteps(
  item: Pick<Recommendation, 'baseline' | 'expectedDemand' | 'reasons'>,
): ReasonSteps {
  const shown = item.reasons
    .filter(({ units }) => Math.abs(units) >= visible)
    .toSorted((a, b) => Math.abs(b.units) - Math.abs(a.units))
    .slice(0, changesMax)
  const rest = item.expectedDemand - item.baseline - shown.reduce((sum, { units }) => sum + units, 0)
  const changes =
    Math.abs(rest) < visible ? shown : [...shown, { label: 'Smaller reasons together', units: rest }]

  const steps: ReasonStep[] = [
    { key: 'start', label: 'A usual day', kind: 'start', units: item.baseline, from: 0, to: item.baseline },
  ]
  let level = item.baseline
  for (const [index, { label, units }] of changes.entries()) {
    steps.push({ key: `${index}`, label, kind: 'change', units, from: level, to: level + units })
    level += units
  }
  const end = item.expectedDemand
  steps.push({ key: 'end', label: 'Expected', kind: 'end', units: end, from: 0, to: end })
  return { steps, max: Math.max(1, ...steps.map(({ from, to }) => Math.max(from, to))) }
}

/** The reason that moves the expectation most; undefined on a day like any other. */
export const mainReason = (
  item: Pick<Recommendation, 'reasons'>,
): Recommendation['reasons'][number] | undefined =>
  item.reasons
    .filter(({ units }) => Math.abs(units) >= visible)
    .toSorted((a, b) => Math.abs(b.units) - Math.abs(a.units))[0]
