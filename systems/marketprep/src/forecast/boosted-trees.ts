import { evaluateTree, nextNode, type Tree } from './tree.ts'

/** A sum of trees on the logarithmic scale: prediction = offset x exp(bias + trees). */
export interface BoostedTrees {
  readonly bias: number
  readonly trees: readonly Tree[]
}

/** The logarithm of prediction by offset for the row that starts at `offset`. */
export function scoreRow(model: BoostedTrees, values: Float64Array, offset = 0): number {
  let score = model.bias
  for (const tree of model.trees) score += evaluateTree(tree, values, offset)
  return score
}

/** A score taken apart: base + the sum of contributions = score. */
export interface Attribution {
  /** The mean score of all rows that the model was trained from. */
  readonly base: number
  /** One for each feature. */
  readonly contributions: Float64Array
}

/**
 * What each feature adds to the score of a row. Every step down a tree changes the expected value by an amount that is
 * given to the feature of the step (A. Saabas, "Interpreting random forests", 2014); the amounts add up to the score.
 */
export function attributeRow(model: BoostedTrees, values: Float64Array): Attribution {
  const contributions = new Float64Array(values.length)
  let base = model.bias
  for (const tree of model.trees) {
    let node = 0
    base += tree.value[0] as number
    for (let column = tree.feature[0] as number; column >= 0; column = tree.feature[node] as number) {
      const next = nextNode(tree, node, values[column] as number)
      const change = (tree.value[next] as number) - (tree.value[node] as number)
      contributions[column] = (contributions[column] as number) + change
      node = next
    }
  }
  return { base, contributions }
}
