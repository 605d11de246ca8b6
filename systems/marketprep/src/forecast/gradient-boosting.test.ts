import fc from 'fast-check'
import { seededRandom } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { attributeRow, scoreRow } from './boosted-trees.ts'
import { boost, resolveBoostingOptions, type BoostingData } from './gradient-boosting.ts'

const truth = (a: number, b: number): number => (a > 0.5 && b < 0.3 ? 4 : 1)

/** Two columns that matter together, one that is missing where it would help, one of noise. */
function sample(rowCount: number, seed: string): BoostingData {
  const random = seededRandom(seed)
  const values = new Float64Array(rowCount * 4)
  const target = new Float64Array(rowCount)
  const offset = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const [a, b, c] = [random.next(), random.next(), random.next()]
    const isMissing = c < 0.2
    values.set([a, b, isMissing ? Number.NaN : c, random.next()], row * 4)
    offset[row] = 5 + 10 * random.next()
    target[row] = random.poisson((offset[row] as number) * truth(a, b) * (isMissing ? 0.5 : 1))
  }
  return { matrix: { values, rowCount, columnCount: 4 }, target, offset }
}

const control = {
  options: resolveBoostingOptions(),
  get random() {
    return seededRandom('boost')
  },
}

test('boost: learns an effect of two columns together and one of a missing value', () => {
  const { model } = boost(sample(2_000, 'learn'), { trainCount: 2_000, stopCount: 2_000 }, control)
  const ratio = (a: number, b: number, c: number): number =>
    Math.exp(scoreRow(model, Float64Array.of(a, b, c, 0.5)))
  expect(ratio(0.9, 0.1, 0.5)).toBeGreaterThan(3.4)
  expect(ratio(0.9, 0.1, 0.5)).toBeLessThan(4.6)
  expect(ratio(0.1, 0.1, 0.5)).toBeCloseTo(1, 0)
  expect(ratio(0.1, 0.9, Number.NaN)).toBeLessThan(0.65)
})

test('boost: stops where the rows kept back are predicted best', () => {
  const { model, bestRounds } = boost(sample(2_000, 'stop'), { trainCount: 1_500, stopCount: 2_000 }, control)
  expect(bestRounds).toBe(model.trees.length)
  expect(bestRounds).toBeGreaterThan(20)
  expect(bestRounds).toBeLessThan(control.options.roundsMax)
})

test('boost: stops almost at once when there is nothing to learn', () => {
  const rounds = Array.from({ length: 7 }, (_, index) => {
    const data = sample(1_000, `noise ${index}`)
    const random = seededRandom(`no effect ${index}`)
    for (const [row, offset] of data.offset.entries()) data.target[row] = random.poisson(offset)
    return boost(data, { trainCount: 750, stopCount: 1_000 }, control).bestRounds
  })
  expect(rounds.toSorted((a, b) => a - b)[3]).toBeLessThan(10)
})

test('boost: the same seed gives the same trees', () => {
  const train = (seed: string) =>
    boost(
      sample(500, 'seed'),
      { trainCount: 500, stopCount: 500 },
      { options: { ...control.options, roundsMax: 20 }, random: seededRandom(seed) },
    ).model
  expect(train('a')).toEqual(train('a'))
  expect(train('a')).not.toEqual(train('b'))
})

test('boost: rows kept back and beyond change nothing that is learnt', () => {
  const data = sample(600, 'peek')
  const options = { ...control.options, roundsMax: 10 }
  const train = () =>
    boost(data, { trainCount: 400, stopCount: 400 }, { options, random: seededRandom('x') }).model
  const before = train()
  data.target.fill(99, 400)
  data.matrix.values.fill(7, 400 * 4)
  expect(train()).toEqual(before)
})

test('attributeRow: base and contributions add up to the score', () => {
  const { model } = boost(sample(1_000, 'sum'), { trainCount: 1_000, stopCount: 1_000 }, control)
  const cell = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN))
  fc.assert(
    fc.property(fc.array(cell, { minLength: 4, maxLength: 4 }), (row) => {
      const values = Float64Array.from(row)
      const { base, contributions } = attributeRow(model, values)
      const sum = contributions.reduce((total, value) => total + value, base)
      expect(Math.abs(sum - scoreRow(model, values))).toBeLessThan(1e-9)
    }),
  )
})
