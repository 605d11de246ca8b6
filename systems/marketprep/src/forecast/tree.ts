/**
 * A regression tree as flat arrays, small in JSON and quick to walk. Node 0 is the root. A leaf has feature -1. Every
 * node has a value, the mean of the leaves below weighted by the rows that reached them, which is what makes a
 * prediction explainable: each step down changes the value by an amount that belongs to the step's feature.
 */
export interface Tree {
  readonly feature: readonly number[]
  /** Values up to and including it go left. */
  readonly threshold: readonly number[]
  /** 1 when a missing value goes left. */
  readonly missingLeft: readonly number[]
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly value: readonly number[]
}

/** The tree's value for a row that starts at `offset`. */
export function evaluateTree(tree: Tree, values: Float64Array, offset: number): number {
  let node = 0
  for (let column = tree.feature[0] as number; column >= 0; column = tree.feature[node] as number) {
    node = nextNode(tree, node, values[offset + column] as number)
  }
  return tree.value[node] as number
}

/** The child that a row with this value of the node's feature goes to. */
export function nextNode(tree: Tree, node: number, value: number): number {
  const goesLeft = Number.isNaN(value)
    ? tree.missingLeft[node] === 1
    : value <= (tree.threshold[node] as number)
  return (goesLeft ? tree.left[node] : tree.right[node]) as number
}
