import { defineOptions, integer, number, type Resolved, type SeededRandom } from 'seaworthy/core'
import { binMatrix, type BinnedMatrix, type Matrix } from './binning.ts'
import type { BoostedTrees } from './boosted-trees.ts'
import { evaluateTree, type Tree } from './tree.ts'
import { growTree } from './tree-growing.ts'

/**
 * Histogram gradient boosting of counts: Poisson loss, logarithmic link, second-order leaf values. Sources: Friedman,
 * "Greedy function approximation" (2001) and "Stochastic gradient boosting" (2002); Chen and Guestrin, "XGBoost" (2016).
 */

/** How trees are grown and added up. Each field has a default. */
export interface BoostingOptions {
  /** The most trees. Default 300. */
  readonly roundsMax?: number
  /** Share of each tree that counts. Default 0.05. */
  readonly learningRate?: number
  /** The most leaves of a tree. Default 6. */
  readonly leavesMax?: number
  /** The most steps from root to leaf. Default 4. */
  readonly depthMax?: number
  /** Expected units that pull a leaf to zero. Default 20. */
  readonly l2?: number
  /** The fewest expected units in a leaf. Default 60. */
  readonly leafCurvatureMin?: number
  /** Share of the rows that each tree sees. Default 0.7. */
  readonly rowShare?: number
  /** Share of the features that each tree sees. Default 0.5. */
  readonly featureShare?: number
  /** Rounds without improvement on the newest rows after which growing stops. Default 40. */
  readonly patience?: number
}

export const boostingDefaults = {
  roundsMax: 300,
  learningRate: 0.05,
  leavesMax: 6,
  depthMax: 4,
  l2: 20,
  leafCurvatureMin: 60,
  rowShare: 0.7,
  featureShare: 0.5,
  patience: 40,
} as const satisfies BoostingOptions

const fields = {
  roundsMax: integer(1, 2_000),
  learningRate: number(0.001, 1),
  leavesMax: integer(2, 64),
  depthMax: integer(1, 16),
  l2: number(1e-6, 1e6),
  leafCurvatureMin: number(1e-9, 1e9),
  rowShare: number(0.05, 1),
  featureShare: number(0.05, 1),
  patience: integer(1, 2_000),
}

export type ResolvedBoostingOptions = Resolved<typeof fields>

export const resolveBoostingOptions: (input?: BoostingOptions) => ResolvedBoostingOptions = defineOptions(
  'gradient boosting',
  boostingDefaults,
  fields,
)

/** Rows in the order of their days. */
export interface BoostingData {
  readonly matrix: Matrix
  /** The count of each row. */
  readonly target: Float64Array
  /** What each row's prediction is a multiple of; above 0. */
  readonly offset: Float64Array
}

export interface Boosted {
  readonly model: BoostedTrees
  /** The number of trees after which the rows kept back were predicted best; all trees when none were kept back. */
  readonly bestRounds: number
}

/**
 * Trains on the rows below `trainCount`. The rows from there up to `stopCount` are not learnt from; they say when to stop.
 */
export function boost(
  data: BoostingData,
  range: { readonly trainCount: number; readonly stopCount: number },
  { options, random }: BoostingControl,
): Boosted {
  const binned = binMatrix(data.matrix, range.trainCount)
  const state = startState(data, range.trainCount)
  const trees: Tree[] = []
  let best = { rounds: 0, loss: newestLoss(data, state.score, range) }
  for (let round = 1; round <= options.roundsMax; round++) {
    const tree = nextTree(binned, state, { options, random })
    trees.push(tree)
    addTree(tree, data.matrix, state.score)
    updateDerivatives(data, state, range.trainCount)
    if (range.stopCount <= range.trainCount) continue
    const loss = newestLoss(data, state.score, range)
    if (loss < best.loss) best = { rounds: round, loss }
    if (round - best.rounds >= options.patience) break
  }
  const bestRounds = range.stopCount > range.trainCount ? best.rounds : trees.length
  return { model: { bias: state.bias, trees: trees.slice(0, bestRounds) }, bestRounds }
}

/** What steers the growing. */
export interface BoostingControl {
  readonly options: ResolvedBoostingOptions
  readonly random: SeededRandom
}

interface State {
  readonly bias: number
  readonly score: Float64Array
  readonly gradient: Float64Array
  readonly curvature: Float64Array
  readonly trainCount: number
}

function startState(data: BoostingData, trainCount: number): State {
  let [sold, usual] = [0, 0]
  for (let row = 0; row < trainCount; row++) {
    sold += data.target[row] as number
    usual += data.offset[row] as number
  }
  const bias = Math.log(Math.max(sold, 0.5) / usual)
  const state: State = {
    bias,
    score: new Float64Array(data.matrix.rowCount).fill(bias),
    gradient: new Float64Array(trainCount),
    curvature: new Float64Array(trainCount),
    trainCount,
  }
  updateDerivatives(data, state, trainCount)
  return state
}

function updateDerivatives(data: BoostingData, state: State, trainCount: number): void {
  for (let row = 0; row < trainCount; row++) {
    const expected = (data.offset[row] as number) * Math.exp(state.score[row] as number)
    state.gradient[row] = expected - (data.target[row] as number)
    state.curvature[row] = expected
  }
}

function nextTree(matrix: BinnedMatrix, state: State, { options, random }: BoostingControl): Tree {
  const rows = sampleRows(state.trainCount, options.rowShare, random)
  const columns = sampleColumns(matrix.columnCount, options.featureShare, random)
  return growTree({ matrix, derivatives: state, rows, columns }, options)
}

function addTree(tree: Tree, { values, columnCount }: Matrix, score: Float64Array): void {
  for (let row = 0; row < score.length; row++) {
    score[row] = (score[row] as number) + evaluateTree(tree, values, row * columnCount)
  }
}

/** Poisson deviance of the rows kept back, less what does not depend on the prediction. */
function newestLoss(
  data: BoostingData,
  score: Float64Array,
  { trainCount, stopCount }: { readonly trainCount: number; readonly stopCount: number },
): number {
  let loss = 0
  for (let row = trainCount; row < stopCount; row++) {
    const logRatio = score[row] as number
    loss += (data.offset[row] as number) * Math.exp(logRatio) - (data.target[row] as number) * logRatio
  }
  return loss
}

function sampleRows(count: number, share: number, random: SeededRandom): Int32Array {
  const rows = new Int32Array(count)
  let kept = 0
  for (let row = 0; row < count; row++) if (random.next() < share) rows[kept++] = row
  return rows.slice(0, kept)
}

function sampleColumns(count: number, share: number, random: SeededRandom): readonly number[] {
  const columns = Array.from({ length: count }, (_, index) => index)
  const kept = Math.max(1, Math.round(count * share))
  for (let i = 0; i < kept; i++) {
    const j = random.integer(i, count - 1)
    ;[columns[i], columns[j]] = [columns[j] as number, columns[i] as number]
  }
  return columns.slice(0, kept).sort((a, b) => a - b)
}
