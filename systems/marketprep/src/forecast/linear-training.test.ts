import { expect, test } from 'vitest'
import { dayNumber } from './calendar.ts'
import { LinearEvaluator } from './linear-demand.ts'
import { fitLinearDemand } from './linear-training.ts'
import { sampleSales } from './sample-sales.fixture.ts'
import { sortSales } from './sale-order.ts'
import type { DayQuestion } from './types.ts'

const base: Readonly<Record<string, number>> = { bread: 24, jam: 6, eggs: 12, cider: 9 }

/** Products of different size, rain that costs a third, events that bring half as much again, one venue twice the other. */
function truth({ productId, venueId, weather, event }: DayQuestion): number {
  const rain = (weather?.precipitationMm ?? 0) > 1 ? 0.67 : 1
  const crowd = (event?.attendance ?? 0) > 0 ? 1.5 : 1
  return (base[productId] ?? 10) * (venueId === 'square' ? 1.3 : 0.65) * rain * crowd
}

const sales = sampleSales({ weeks: 90, mean: truth })
const evaluator = new LinearEvaluator(fitLinearDemand(sortSales(sales)))
const question: DayQuestion = {
  productId: 'bread',
  category: 'bakery',
  venueId: 'square',
  date: '2025-09-20',
  priceCents: 400,
  weather: { temperatureMaxC: 20, precipitationMm: 0, code: 1 },
  event: { attendance: 0 },
}
const mean = (change: Partial<DayQuestion>): number => {
  const asked = { ...question, ...change }
  return evaluator.mean(asked, dayNumber(asked.date))
}

test('fitLinearDemand: finds the size of products and venues and the effects of rain and events', () => {
  expect(mean({}) / truth(question)).toBeGreaterThan(0.85)
  expect(mean({}) / truth(question)).toBeLessThan(1.15)
  expect(mean({ venueId: 'mill', date: '2025-09-21' }) / mean({})).toBeCloseTo(0.5, 1)
  const rain = { temperatureMaxC: 20, precipitationMm: 8, code: 61 }
  expect(mean({ weather: rain }) / mean({})).toBeLessThan(0.8)
  const crowd = mean({ event: { attendance: 1_500 } }) / mean({})
  expect(crowd).toBeGreaterThan(1.35)
  expect(crowd).toBeLessThan(1.7)
})

test('LinearEvaluator: base and parts add up to the total, and the total is the logarithm of the mean', () => {
  const { base: level, parts, total } = evaluator.score(question, dayNumber(question.date))
  expect(parts.reduce((sum, { log }) => sum + log, level)).toBeCloseTo(total, 10)
  expect(Math.exp(total)).toBeCloseTo(mean({}), 8)
})

test('LinearEvaluator: a product never seen gets the level of its category, a venue never seen that of all', () => {
  const unseen = mean({ productId: 'rolls', priceCents: 400 })
  expect(unseen).toBeGreaterThan(mean({ productId: 'jam', category: 'pantry' }))
  expect(unseen).toBeLessThan(mean({}))
  const elsewhere = mean({ venueId: 'harbour' })
  expect(elsewhere).toBeGreaterThan(mean({ venueId: 'mill' }))
  expect(elsewhere).toBeLessThan(mean({}))
})

test('LinearEvaluator: growth is not carried on for ever', () => {
  expect(mean({ date: '2035-09-15' })).toBeCloseTo(mean({ date: '2036-09-13' }), 0)
})
