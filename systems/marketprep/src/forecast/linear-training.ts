import { rainTerm, type TermCentres } from './linear-terms.ts'
import type { LinearDemand } from './linear-demand.ts'
import type { DatedSale } from './sale-order.ts'
import { fitSeasonalNorm } from './seasonal-norm.ts'
import { buildDesign, type DesignColumn, type SparseDesign } from './sparse-design.ts'

/**
 * Poisson regression with a normal prior on every weight: each weight is drawn to zero, so a product is drawn to its
 * category and a category to everything, the less data the more. How strongly, the data say: one variance for each kind
 * of weight, found by empirical Bayes (the fixed point of MacKay, "Bayesian interpolation", 1992). The weights are found
 * by cyclic Newton steps (Genkin, Lewis and Madigan, "Large-scale Bayesian logistic regression", 2007).
 */

const passesMax = 30
const passesBetweenPriors = 4
const toleranceLog = 1e-3
const deviationMin = 0.03
const deviationMax = 1.5

/** Fits the linear part to sales sorted by day. */
export function fitLinearDemand(sales: readonly DatedSale[]): LinearDemand {
  const centres = centresOf(sales)
  const prices = usualPrices(sales)
  const design = buildDesign(sales, centres, prices)
  const weights = fitWeights(design)
  const byScope = new Map<string, number[]>()
  for (const [index, { scope }] of design.columns.entries()) {
    const list = byScope.get(scope)
    if (list === undefined) byScope.set(scope, [weights[index] as number])
    else list.push(weights[index] as number)
  }
  return { centres, weights: [...byScope], prices: [...prices] }
}

function fitWeights({ columns, target }: SparseDesign): Float64Array {
  const weights = new Float64Array(columns.length)
  const mean = new Float64Array(target.length).fill(1)
  const curvature = new Float64Array(columns.length)
  const families = familiesOf(columns)
  const precision = Float64Array.from(columns, startPrecision)
  startLevel(columns, { weights, mean, target })
  for (let pass = 1; pass <= passesMax; pass++) {
    let largest = 0
    for (const [index, column] of columns.entries()) {
      const step = newtonStep(column, {
        mean,
        target,
        weight: weights[index] as number,
        precision: precision[index] as number,
      })
      weights[index] = (weights[index] as number) + step.change
      curvature[index] = step.curvature
      largest = Math.max(largest, Math.abs(step.change))
    }
    if (pass % passesBetweenPriors === 0) updatePriors(families, { weights, curvature, precision })
    if (largest < toleranceLog && pass > 2 * passesBetweenPriors) break
  }
  return weights
}

interface StepState {
  readonly mean: Float64Array
  readonly target: Float64Array
  readonly weight: number
  readonly precision: number
}

/** Moves one weight to where its penalised likelihood is best, and the rows' means with it. */
function newtonStep(
  { rows, values }: DesignColumn,
  { mean, target, weight, precision }: StepState,
): { readonly change: number; readonly curvature: number } {
  let gradient = precision * weight
  let curvature = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    const x = values[i] as number
    const expected = mean[row] as number
    gradient += x * (expected - (target[row] as number))
    curvature += x * x * expected
  }
  const change = Math.max(-1, Math.min(1, -gradient / (curvature + precision)))
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    mean[row] = (mean[row] as number) * Math.exp(change * (values[i] as number))
  }
  return { change, curvature }
}

/** The level of everything starts at the mean of all sales instead of being walked to. */
function startLevel(
  columns: readonly DesignColumn[],
  {
    weights,
    mean,
    target,
  }: { readonly weights: Float64Array; readonly mean: Float64Array; readonly target: Float64Array },
): void {
  const index = columns.findIndex(({ kind, term }) => kind === 'all' && term === 0)
  const level = Math.max(0.01, target.reduce((sum, value) => sum + value, 0) / target.length)
  weights[index] = Math.log(level)
  mean.fill(level)
}

/** Columns that share a prior: the same term in the same kind of scope; waves of the year go together. */
function familiesOf(columns: readonly DesignColumn[]): readonly (readonly number[])[] {
  const families = new Map<string, number[]>()
  for (const [index, { kind, term }] of columns.entries()) {
    if (kind === 'all') continue
    const wave = term === 1 || term === 2 ? 'first wave' : term === 3 || term === 4 ? 'second wave' : term
    const key = `${kind}/${wave}`
    const family = families.get(key)
    if (family === undefined) families.set(key, [index])
    else family.push(index)
  }
  return [...families.values()]
}

/** The weights of everything have a wide fixed prior; there is too little to learn theirs from. */
function startPrecision({ kind, term }: DesignColumn): number {
  if (kind === 'all') return term === 0 ? 1e-6 : 1
  return term === 0 ? 4 : 25
}

function updatePriors(
  families: readonly (readonly number[])[],
  state: {
    readonly weights: Float64Array
    readonly curvature: Float64Array
    readonly precision: Float64Array
  },
): void {
  for (const family of families) {
    let [size, known] = [0, 0]
    for (const index of family) {
      const curvature = state.curvature[index] as number
      size += (state.weights[index] as number) ** 2
      known += curvature / (curvature + (state.precision[index] as number))
    }
    const deviation = Math.sqrt(size / Math.max(known, 1e-9))
    const bounded = Math.max(deviationMin, Math.min(deviationMax, deviation))
    for (const index of family) state.precision[index] = 1 / bounded ** 2
  }
}

function centresOf(sales: readonly DatedSale[]): TermCentres {
  let [rain, count] = [0, 0]
  for (const { sale } of sales) {
    if (sale.weather === undefined) continue
    rain += rainTerm(sale.weather.precipitationMm)
    count++
  }
  const [first, last] = [sales[0]?.day ?? 0, sales.at(-1)?.day ?? 0]
  return {
    norm: fitSeasonalNorm(sales),
    rain: count === 0 ? 0 : rain / count,
    middleDay: (first + last) / 2,
    lastDay: last,
  }
}

function usualPrices(sales: readonly DatedSale[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { cents: number; count: number }>()
  for (const { sale } of sales) {
    const sum = sums.get(sale.productId) ?? { cents: 0, count: 0 }
    sum.cents += sale.priceCents
    sum.count++
    sums.set(sale.productId, sum)
  }
  return new Map([...sums].map(([productId, { cents, count }]) => [productId, cents / count]))
}
