/** Checks what was stored before anything walks it. Each check returns what is wrong, or undefined. */

interface Expectation {
  readonly version: number
  readonly features: readonly string[]
  /** How many terms the linear part has. */
  readonly terms: number
}

type Problem = string | undefined

/** What is wrong with a stored model; undefined when nothing is. */
export function modelProblem(value: unknown, expected: Expectation): Problem {
  if (!isRecord(value)) return 'must be an object'
  if (value['version'] !== expected.version) {
    return `version must be ${expected.version}, received ${JSON.stringify(value['version'])}`
  }
  if (JSON.stringify(value['features']) !== JSON.stringify(expected.features)) {
    return 'features must be those of this program, in order'
  }
  for (const field of ['seed', 'trainedFrom', 'trainedTo']) {
    if (typeof value[field] !== 'string') return `${field} must be text`
  }
  return (
    numberProblem(value, 'saleCount', 'leadDays') ??
    numberProblem(value['check'], 'outcomeCount', 'wape') ??
    linearProblem(value['linear'], expected.terms) ??
    calibrationProblem(value['calibration']) ??
    treesProblem(value['boosted'], expected.features.length)
  )
}

function numberProblem(value: unknown, ...fields: readonly string[]): Problem {
  const record = isRecord(value) ? value : {}
  const field = fields.find((name) => !isFiniteNumber(record[name]))
  return field === undefined ? undefined : `${field} must be a number`
}

function linearProblem(value: unknown, terms: number): Problem {
  const { centres, weights, prices } = isRecord(value) ? value : {}
  const { norm } = isRecord(centres) ? centres : {}
  if (!isNumbers(norm, 3)) return 'norm must be 3 numbers'
  const isWeights = (entry: unknown): boolean => isNumbers(entry, 1) || isNumbers(entry, terms)
  if (!isEntries(weights, isWeights)) return `weights must be lists of 1 or ${terms} numbers by scope`
  if (!isEntries(prices, isFiniteNumber)) return 'prices must be numbers by product'
  return numberProblem(centres, 'rain', 'middleDay', 'lastDay')
}

function isEntries(value: unknown, isValue: (entry: unknown) => boolean): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (entry) =>
        Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && isValue(entry[1]),
    )
  )
}

function calibrationProblem(value: unknown): Problem {
  const { edges, dispersions } = isRecord(value) ? value : {}
  if (!isNumbers(edges) || !isNumbers(dispersions, edges.length + 1)) {
    return 'calibration must have one dispersion more than edges'
  }
  return dispersions.every((dispersion) => dispersion >= 0) ? undefined : 'dispersions must be numbers from 0'
}

function treesProblem(value: unknown, featureCount: number): Problem {
  const { bias, trees } = isRecord(value) ? value : {}
  if (!isFiniteNumber(bias)) return 'bias must be a number'
  if (!Array.isArray(trees)) return 'trees must be a list'
  for (const [index, tree] of trees.entries()) {
    if (!isTree(tree, featureCount))
      return `tree ${index} must be whole, with features from 0 to ${featureCount - 1}`
  }
  return undefined
}

function isTree(value: unknown, featureCount: number): boolean {
  const { feature, threshold, missingLeft, left, right, value: values } = isRecord(value) ? value : {}
  if (!isNumbers(feature) || feature.length === 0) return false
  const size = feature.length
  if (!isNumbers(left, size) || !isNumbers(right, size)) return false
  if (!isNumbers(threshold, size) || !isNumbers(missingLeft, size) || !isNumbers(values, size)) return false
  // A child numbered above its parent rules out cycles.
  const isChild = (child: number | undefined, node: number): boolean =>
    Number.isInteger(child) && (child as number) > node && (child as number) < size
  return feature.every(
    (column, node) =>
      column === -1 ||
      (Number.isInteger(column) &&
        column >= 0 &&
        column < featureCount &&
        isChild(left[node], node) &&
        isChild(right[node], node)),
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isNumbers(value: unknown, length?: number): value is readonly number[] {
  return (
    Array.isArray(value) && (length === undefined || value.length === length) && value.every(isFiniteNumber)
  )
}
