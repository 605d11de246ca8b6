/**
 * Each column's values cut into at most 31 ranges of about the same number of rows, plus bin 0 for a missing value, so
 * that a split is found by scanning 32 sums instead of sorting rows.
 */

/** Bins of a column: 0 is missing, the others are counted from 1. */
export const binCountMax = 32

/** Rows of numbers, one after the other; NaN is missing. */
export interface Matrix {
  readonly values: Float64Array
  readonly rowCount: number
  readonly columnCount: number
}

export interface BinnedMatrix {
  /** Column after column. */
  readonly bins: Uint8Array
  /** Of each column: bin b (from 1) holds the values up to and including cut b - 1, and above the one before. */
  readonly cuts: readonly Float64Array[]
  readonly rowCount: number
  readonly columnCount: number
}

/** Bins all columns; where the cuts lie is read from the rows below `cutRowCount` only. */
export function binMatrix(matrix: Matrix, cutRowCount = matrix.rowCount): BinnedMatrix {
  const { rowCount, columnCount, values } = matrix
  const bins = new Uint8Array(rowCount * columnCount)
  const cuts: Float64Array[] = []
  for (let column = 0; column < columnCount; column++) {
    const columnCuts = cutsOf(matrix, column, cutRowCount)
    cuts.push(columnCuts)
    for (let row = 0; row < rowCount; row++) {
      bins[column * rowCount + row] = binOf(columnCuts, values[row * columnCount + column] as number)
    }
  }
  return { bins, cuts, rowCount, columnCount }
}

/** The bin of a value. */
export function binOf(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= (cuts[middle] as number)) high = middle
    else low = middle + 1
  }
  return low + 1
}

function cutsOf({ values, columnCount }: Matrix, column: number, rowCount: number): Float64Array {
  const sorted = new Float64Array(rowCount)
  let known = 0
  for (let row = 0; row < rowCount; row++) {
    const value = values[row * columnCount + column] as number
    if (!Number.isNaN(value)) sorted[known++] = value
  }
  const present = sorted.subarray(0, known).sort()
  const cuts: number[] = []
  const parts = binCountMax - 1
  for (let part = 1; part < parts; part++) {
    const at = Math.floor((part * known) / parts)
    if (at < 1) continue
    const [below, above] = [present[at - 1] as number, present[at] as number]
    const cut = below + (above - below) / 2
    if (above > below && cut > (cuts.at(-1) ?? Number.NEGATIVE_INFINITY)) cuts.push(cut)
  }
  return distinctCuts(present, parts) ?? Float64Array.from(cuts)
}

/** Cuts between all distinct values where those are few enough: equal counts would skip the rare ones. */
function distinctCuts(present: Float64Array, parts: number): Float64Array | undefined {
  const cuts: number[] = []
  for (let i = 1; i < present.length; i++) {
    const [below, above] = [present[i - 1] as number, present[i] as number]
    if (above > below) cuts.push(below + (above - below) / 2)
    if (cuts.length >= parts) return undefined
  }
  return Float64Array.from(cuts)
}
