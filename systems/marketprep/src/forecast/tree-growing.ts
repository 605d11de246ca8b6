import type { BinnedMatrix } from './binning.ts'
import {
  bestSplit,
  createHistogram,
  fillHistogram,
  subtractHistogram,
  type Histogram,
  type HistogramData,
  type Split,
  type SplitLimits,
} from './histogram.ts'
import type { Tree } from './tree.ts'

export interface GrowthLimits extends SplitLimits {
  readonly leavesMax: number
  readonly depthMax: number
  readonly learningRate: number
}

export interface GrowthData extends HistogramData {
  /** The rows that the tree is grown from. */
  readonly rows: Int32Array
}

interface Leaf {
  readonly node: number
  readonly depth: number
  readonly rows: Int32Array
  readonly histogram: Histogram
  readonly split: Split | undefined
}

interface Draft {
  readonly feature: number[]
  readonly threshold: number[]
  readonly missingLeft: number[]
  readonly left: number[]
  readonly right: number[]
  readonly value: number[]
  /** Rows in each node. */
  readonly weight: number[]
}

/** Grows a tree leaf by leaf, always dividing the leaf whose best split gains most (Ke et al., "LightGBM", 2017). */
export function growTree(data: GrowthData, limits: GrowthLimits): Tree {
  const draft: Draft = {
    feature: [],
    threshold: [],
    missingLeft: [],
    left: [],
    right: [],
    value: [],
    weight: [],
  }
  const histogram = createHistogram(data.matrix.columnCount)
  fillHistogram(histogram, data, data.rows)
  const leaves = [openLeaf(draft, { data, limits }, { rows: data.rows, histogram, depth: 0 })]
  while (leaves.length < limits.leavesMax) {
    const index = mostGaining(leaves)
    const leaf = leaves[index]
    if (leaf?.split === undefined) break
    leaves.splice(index, 1, ...divide(draft, { data, limits }, { ...leaf, split: leaf.split }))
  }
  settleInnerValues(draft)
  const { feature, threshold, missingLeft, left, right, value } = draft
  return { feature, threshold, missingLeft, left, right, value }
}

interface Setting {
  readonly data: GrowthData
  readonly limits: GrowthLimits
}

function openLeaf(
  draft: Draft,
  { data, limits }: Setting,
  leaf: Pick<Leaf, 'rows' | 'histogram' | 'depth'>,
): Leaf {
  const { gradient, curvature } = data.derivatives
  let [g, h] = [0, 0]
  for (const row of leaf.rows) {
    g += gradient[row] as number
    h += curvature[row] as number
  }
  const node = draft.feature.push(-1) - 1
  draft.threshold.push(0)
  draft.missingLeft.push(0)
  draft.left.push(-1)
  draft.right.push(-1)
  draft.value.push((-g / (h + limits.l2)) * limits.learningRate)
  draft.weight.push(leaf.rows.length)
  const canDivide = leaf.depth < limits.depthMax
  return { ...leaf, node, split: canDivide ? bestSplit(leaf.histogram, data.columns, limits) : undefined }
}

function divide(
  draft: Draft,
  setting: Setting,
  leaf: Leaf & { readonly split: Split },
): readonly [Leaf, Leaf] {
  const { split } = leaf
  const { matrix } = setting.data
  const [leftRows, rightRows] = partition(matrix, leaf.rows, split)
  const isLeftSmall = leftRows.length <= rightRows.length
  const small = createHistogram(matrix.columnCount)
  fillHistogram(small, setting.data, isLeftSmall ? leftRows : rightRows)
  const large = subtractHistogram(leaf.histogram, small)
  const depth = leaf.depth + 1
  const left = openLeaf(draft, setting, { rows: leftRows, histogram: isLeftSmall ? small : large, depth })
  const right = openLeaf(draft, setting, { rows: rightRows, histogram: isLeftSmall ? large : small, depth })
  draft.feature[leaf.node] = split.column
  // Above the last cut only missing values are divided off.
  draft.threshold[leaf.node] = matrix.cuts[split.column]?.[split.bin - 1] ?? Number.MAX_VALUE
  draft.missingLeft[leaf.node] = split.missingLeft ? 1 : 0
  draft.left[leaf.node] = left.node
  draft.right[leaf.node] = right.node
  return [left, right]
}

function partition(matrix: BinnedMatrix, rows: Int32Array, split: Split): readonly [Int32Array, Int32Array] {
  const first = split.column * matrix.rowCount
  const left = new Int32Array(rows.length)
  const right = new Int32Array(rows.length)
  let [leftCount, rightCount] = [0, 0]
  for (const row of rows) {
    const bin = matrix.bins[first + row] as number
    if (bin === 0 ? split.missingLeft : bin <= split.bin) left[leftCount++] = row
    else right[rightCount++] = row
  }
  return [left.slice(0, leftCount), right.slice(0, rightCount)]
}

function mostGaining(leaves: readonly Leaf[]): number {
  let best = 0
  for (let i = 1; i < leaves.length; i++) {
    if ((leaves[i]?.split?.gain ?? 0) > (leaves[best]?.split?.gain ?? 0)) best = i
  }
  return best
}

/** Children are always numbered above their parent, so going down the numbers sees children first. */
function settleInnerValues({ feature, left, right, value, weight }: Draft): void {
  for (let node = feature.length - 1; node >= 0; node--) {
    if ((feature[node] as number) < 0) continue
    const [l, r] = [left[node] as number, right[node] as number]
    const [leftWeight, rightWeight] = [weight[l] as number, weight[r] as number]
    value[node] =
      ((value[l] as number) * leftWeight + (value[r] as number) * rightWeight) / (leftWeight + rightWeight)
  }
}
