import { expect, test, vi } from 'vitest'
import { createMetrics } from './create-metrics.ts'
import { renderPrometheus } from './prometheus.ts'
import { selfMetrics } from './self-metrics.ts'
import { otherValue } from './metric-family.ts'

test('Counter: only rises', () => {
  const counter = createMetrics().counter('seen_total', 'Seen.').with({})
  counter.add()
  counter.add(2.5)
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY]) counter.add(wrong)
  expect(counter.value).toBe(3.5)
  counter.raiseTo(3)
  expect(counter.value).toBe(3.5)
  counter.raiseTo(4)
  expect(counter.value).toBe(4)
})

test('Gauge: rises and falls, ignores what is not finite', () => {
  const gauge = createMetrics().gauge('level', 'Level.').with({})
  gauge.set(5)
  gauge.add(-7)
  gauge.set(Number.NaN)
  gauge.add(Number.POSITIVE_INFINITY)
  expect(gauge.value).toBe(-2)
})

test('with: the same label values give the same recorder, in whatever order and kind they come', () => {
  const family = createMetrics().counter('calls_total', 'Calls.', ['route', 'status'])
  expect(family.with({ route: '/', status: 200 })).toBe(family.with({ status: '200', route: '/' }))
})

test('with: values that hold separators stay apart', () => {
  const family = createMetrics().counter('calls_total', 'Calls.', ['a', 'b'])
  expect(family.with({ a: '1:x', b: '' })).not.toBe(family.with({ a: '', b: '1:x' }))
  expect(family.with({ a: 'x1:', b: 'y' })).not.toBe(family.with({ a: 'x', b: '1:y' }))
})

test('with: cuts long values and never throws, whatever it is given', () => {
  const family = createMetrics().counter('calls_total', 'Calls.', ['a'])
  const wrong = { a: Symbol('x') } as unknown as { a: string }
  family.with(wrong).add()
  family.with({} as { a: string }).add()
  family.with({ a: 'x'.repeat(1000) }).add()
  expect([...family.series()].map(({ values }) => values[0]?.length)).toEqual([0, 200])
})

test('with: series beyond the limit share one, and a metric counts each use', () => {
  const metrics = createMetrics({ seriesMax: 3 })
  const family = metrics.counter('calls_total', 'Calls.', ['user'])
  for (let user = 0; user < 10; user++) family.with({ user }).add()
  const series = [...family.series()]
  expect(series).toHaveLength(4)
  expect(series.at(-1)?.values).toEqual([otherValue])
  expect(series.at(-1)?.recorder.value).toBe(7)
  const { dropped } = selfMetrics(metrics)
  expect(dropped.with({ family: 'calls_total' }).value).toBe(7)
})

test('remove: takes only the series of exactly these values', () => {
  const family = createMetrics().gauge('up', 'Up.', ['zone', 'node'])
  for (const node of ['a', 'b']) family.with({ zone: 'x', node }).set(1)
  family.remove({ zone: 'x', node: 'a' })
  family.remove({ zone: 'x', node: 'none' })
  family.remove({ zone: 'none', node: 'a' })
  expect([...family.series()].map(({ values }) => values)).toEqual([['x', 'b']])
  expect(family.with({ zone: 'x', node: 'a' }).value).toBe(0)
  expect(family.size).toBe(2)
  const single = createMetrics().gauge('one', 'One.')
  single.with({}).set(1)
  single.remove({})
  expect(single.with({}).value).toBe(0)
})

test('remove: gives the place of a series back', () => {
  const family = createMetrics({ seriesMax: 1 }).gauge('up', 'Up.', ['node'])
  family.with({ node: 'a' }).set(1)
  family.remove({ node: 'a' })
  family.with({ node: 'b' }).set(1)
  expect([...family.series()].map(({ values }) => values)).toEqual([['b']])
})

test('createMetrics: declaring again gives the same family; otherwise it is a conflict', () => {
  const metrics = createMetrics()
  const family = metrics.gauge('up', 'Up.', ['node'])
  expect(metrics.gauge('up', 'Up.', ['node'])).toBe(family)
  expect(() => metrics.gauge('up', 'Up.', ['host'])).toThrow(
    expect.objectContaining({ code: 'ERR_METRIC_CONFLICT' }),
  )
  expect(() => metrics.histogram('up', 'Up.', { labels: ['node'] })).toThrow(
    'Cannot declare histogram "up": it must stay a gauge with labels [node], received a histogram with labels [node]',
  )
})

test.each([
  ['a counter without _total', () => createMetrics().counter('calls', 'Calls.')],
  ['a name with a dash', () => createMetrics().gauge('queue-size', 'Size.')],
  ['a label with two underscores in front', () => createMetrics().gauge('up', 'Up.', ['__name__'])],
  ['the label le', () => createMetrics().histogram('size', 'Size.', { labels: ['le'] })],
  ['a label twice', () => createMetrics().gauge('up', 'Up.', ['a', 'a'])],
  [
    'a falling range',
    () => createMetrics().histogram('s', 'S.', { range: { minExponent: 3, maxExponent: 3 } }),
  ],
  [
    'a range of fractions',
    () => createMetrics().histogram('s', 'S.', { range: { minExponent: 0.5, maxExponent: 3 } }),
  ],
])('createMetrics: refuses %s', (_name, declare) => {
  expect(declare).toThrow(expect.objectContaining({ code: 'ERR_METRIC_INVALID' }))
})

test('createMetrics: bounds its families and collectors', () => {
  const metrics = createMetrics({ familiesMax: 6 })
  metrics.gauge('a', 'A.')
  expect(renderPrometheus(metrics)).toContain('seaworthy_telemetry_families 6')
  expect(() => metrics.gauge('b', 'B.')).toThrow(expect.objectContaining({ code: 'ERR_METRIC_LIMIT' }))
  expect(() => {
    for (let i = 0; i < 101; i++) metrics.onCollect(() => {})
  }).toThrow(expect.objectContaining({ code: 'ERR_METRIC_LIMIT' }))
  expect(() => createMetrics({ seriesMax: 0 })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
  )
})

test('onCollect: runs before each reading until stopped; a fault stops nothing', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const metrics = createMetrics()
  let runs = 0
  metrics.onCollect(() => {
    throw new Error('broken')
  })
  const stop = metrics.onCollect(() => runs++)
  metrics.collect()
  stop()
  metrics.collect()
  expect(runs).toBe(1)
  expect(warn).toHaveBeenCalledOnce()
  warn.mockRestore()
})
