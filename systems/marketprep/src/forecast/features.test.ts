import fc from 'fast-check'
import { expect, test } from 'vitest'
import { features, writeFeatures } from './features.ts'
import { buildTrainingData } from './feature-matrix.ts'
import { LinearEvaluator } from './linear-demand.ts'
import { fitLinearDemand } from './linear-training.ts'
import { sampleSales } from './sample-sales.fixture.ts'
import { sortSales, type DatedSale } from './sale-order.ts'
import { SalesHistory } from './sales-history.ts'
import { reasonGroups, type DayQuestion } from './types.ts'

const sorted = sortSales(sampleSales({ weeks: 16 }))
const linear = new LinearEvaluator(fitLinearDemand(sorted))

function row(history: SalesHistory, question: DayQuestion, day: number): Float64Array {
  const values = new Float64Array(features.length)
  writeFeatures({ question, day, history }, { values, offset: 0 })
  return values
}

function historyOf(sales: readonly DatedSale[]): SalesHistory {
  const history = new SalesHistory(linear)
  for (const { sale, day } of sales) history.observe(sale, day)
  return history
}

test('features: every group of reasons has one, and names are unique', () => {
  expect(new Set(features.map(({ group }) => group))).toEqual(new Set(reasonGroups))
  expect(new Set(features.map(({ name }) => name)).size).toBe(features.length)
})

test('buildTrainingData: a row does not change with the sales of its day, of later days, or within the lead time', () => {
  const half = sorted.length / 2
  const blocks = [{ from: half, to: sorted.length }]
  fc.assert(
    fc.property(
      fc.integer({ min: half, max: sorted.length - 1 }),
      fc.constantFrom(1, 7),
      fc.integer({ min: 0, max: 500 }),
      (index, leadDays, quantity) => {
        const { day } = sorted[index] as DatedSale
        const changed = sorted.map((entry, other) =>
          entry.day > day - leadDays && other >= half
            ? { ...entry, sale: { ...entry.sale, quantity } }
            : entry,
        )
        const columns = features.length
        const at = (index - half) * columns
        const before = buildTrainingData(sorted, blocks, leadDays)
        const after = buildTrainingData(changed, blocks, leadDays)
        expect(after.matrix.values.slice(at, at + columns)).toEqual(
          before.matrix.values.slice(at, at + columns),
        )
        expect(after.offset[index - half]).toBe(before.offset[index - half])
      },
    ),
    { numRuns: 15 },
  )
})

test('features: recent sales above what was usual raise the recent columns', () => {
  const { sale, day } = sorted.at(-1) as DatedSale
  const usual = historyOf(sorted.slice(0, -8))
  const doubled = historyOf(
    sorted
      .slice(0, -8)
      .map((entry, index) =>
        index > 80 ? { ...entry, sale: { ...entry.sale, quantity: entry.sale.quantity * 2 } } : entry,
      ),
  )
  const column = features.findIndex(({ name }) => name === 'last 4 market days here')
  expect(row(doubled, sale, day)[column]).toBeGreaterThan((row(usual, sale, day)[column] ?? 0) + 0.3)
})

test('features: what is unknown is missing, not zero', () => {
  const { sale, day } = sorted.at(-1) as DatedSale
  const { weather: _weather, event: _event, ...rest } = sale
  const values = row(new SalesHistory(linear), rest, day)
  const missing = features.filter((_, index) => Number.isNaN(values[index])).map(({ name }) => name)
  expect(missing).toEqual(expect.arrayContaining(['temperature', 'rain', 'last 4 market days here']))
})

test('SalesHistory: refuses a day before one already observed', () => {
  const history = historyOf(sorted)
  const { sale, day } = sorted[0] as DatedSale
  expect(() => history.observe(sale, day)).toThrow(expect.objectContaining({ code: 'ERR_FORECAST_INPUT' }))
})
