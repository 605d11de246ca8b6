import { binCountMax, type BinnedMatrix } from './binning.ts'

/** Sums of the gradients and curvatures of a node's rows, for each column and bin; two numbers a bin. */
export type Histogram = Float64Array

/** First and second derivative of the loss at each row. */
export interface Derivatives {
  readonly gradient: Float64Array
  readonly curvature: Float64Array
}

/** What is summed. */
export interface HistogramData {
  readonly matrix: BinnedMatrix
  readonly derivatives: Derivatives
  readonly columns: readonly number[]
}

export function createHistogram(columnCount: number): Histogram {
  return new Float64Array(columnCount * binCountMax * 2)
}

/** Sums the given rows, in the given columns, into a cleared histogram. */
export function fillHistogram(target: Histogram, data: HistogramData, rows: Int32Array): void {
  const { bins, rowCount } = data.matrix
  const { gradient, curvature } = data.derivatives
  target.fill(0)
  for (const column of data.columns) {
    const first = column * rowCount
    const base = column * binCountMax
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      const at = (base + (bins[first + row] as number)) * 2
      target[at] = (target[at] as number) + (gradient[row] as number)
      target[at + 1] = (target[at + 1] as number) + (curvature[row] as number)
    }
  }
}

/** The sibling of `part` in `whole`: what is left when `part` is taken away. */
export function subtractHistogram(whole: Histogram, part: Histogram): Histogram {
  const rest = new Float64Array(whole.length)
  for (let i = 0; i < whole.length; i++) rest[i] = (whole[i] as number) - (part[i] as number)
  return rest
}

/** Where to divide a node. */
export interface Split {
  readonly column: number
  /** Bins from 1 up to and including it go left. */
  readonly bin: number
  readonly missingLeft: boolean
  readonly gain: number
}

export interface SplitLimits {
  readonly l2: number
  readonly leafCurvatureMin: number
}

/** The division that lowers the loss most; undefined when none does. Gain: Chen and Guestrin, "XGBoost" (2016), (7). */
export function bestSplit(
  histogram: Histogram,
  columns: readonly number[],
  limits: SplitLimits,
): Split | undefined {
  let best: Split | undefined
  for (const column of columns) {
    const found = bestSplitOf(histogram, column, { ...limits, gainMin: best?.gain ?? gainMin })
    if (found !== undefined) best = found
  }
  return best
}

/** A smaller gain is rounding. */
const gainMin = 1e-9

function bestSplitOf(
  histogram: Histogram,
  column: number,
  limits: SplitLimits & { readonly gainMin: number },
): Split | undefined {
  const base = column * binCountMax * 2
  let [gradient, curvature] = [0, 0]
  for (let at = base; at < base + binCountMax * 2; at += 2) {
    gradient += histogram[at] as number
    curvature += histogram[at + 1] as number
  }
  const total = score(gradient, curvature, limits.l2)
  const missing = [histogram[base] as number, histogram[base + 1] as number] as const
  let best: Split | undefined
  let [leftGradient, leftCurvature] = [0, 0]
  for (let bin = 1; bin < binCountMax; bin++) {
    leftGradient += histogram[base + bin * 2] as number
    leftCurvature += histogram[base + bin * 2 + 1] as number
    for (const missingLeft of missing[1] > 0 ? [true, false] : [true]) {
      const g = leftGradient + (missingLeft ? missing[0] : 0)
      const h = leftCurvature + (missingLeft ? missing[1] : 0)
      if (h < limits.leafCurvatureMin || curvature - h < limits.leafCurvatureMin) continue
      const gain = score(g, h, limits.l2) + score(gradient - g, curvature - h, limits.l2) - total
      if (gain > (best?.gain ?? limits.gainMin)) best = { column, bin, missingLeft, gain }
    }
  }
  return best
}

function score(gradient: number, curvature: number, l2: number): number {
  return (gradient * gradient) / (curvature + l2)
}
