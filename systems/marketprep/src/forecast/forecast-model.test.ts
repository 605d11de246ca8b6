import { expect, test } from 'vitest'
import { parseModel, serialiseModel } from './forecast-model.ts'
import { sampleSales } from './sample-sales.fixture.ts'
import { trainForecast } from './train.ts'

const storm = sampleSales({
  weeks: 150,
  mean: ({ weather }) => ((weather?.temperatureMaxC ?? 0) > 18 ? 24 : 8),
})
const text = serialiseModel(trainForecast(storm))

/** The model with the value at a path replaced. */
function damaged(path: readonly (string | number)[], value: unknown): string {
  const model: unknown = JSON.parse(text)
  let place = model as Record<string | number, unknown>
  for (const step of path.slice(0, -1)) place = place[step] as Record<string | number, unknown>
  place[path.at(-1) as string] = value
  return JSON.stringify(model)
}

test('parseModel: takes back what serialiseModel gave', () => {
  expect(serialiseModel(parseModel(text))).toBe(text)
})

test('parseModel: refuses what is not a whole model of this version, and says what is wrong', () => {
  const cases: readonly (readonly [path: readonly (string | number)[], value: unknown, message: string])[] = [
    [['version'], 99, 'version must be 1, received 99'],
    [['features', 0], 'moon', 'features must be'],
    [['seed'], 5, 'seed must be text'],
    [['saleCount'], null, 'saleCount must be a number'],
    [['linear', 'centres', 'norm'], [1, 2], 'norm must be 3 numbers'],
    [['linear', 'weights', 0, 1], ['x'], 'weights must be lists'],
    [['linear', 'prices', 0], ['bread'], 'prices must be numbers'],
    [['calibration', 'dispersions'], [], 'one dispersion more than edges'],
    [['calibration', 'dispersions', 0], -1, 'dispersions must be numbers from 0'],
    [['boosted', 'bias'], null, 'bias must be a number'],
    [['boosted', 'trees'], {}, 'trees must be a list'],
    [['boosted', 'trees', 0, 'left', 0], 0, 'tree 0 must be whole'],
    [['boosted', 'trees', 0, 'feature', 0], 999, 'tree 0 must be whole'],
    [['boosted', 'trees', 0, 'value'], [], 'tree 0 must be whole'],
  ]
  for (const [path, value, message] of cases) {
    expect(() => parseModel(damaged(path, value)), path.join('.')).toThrow(
      expect.objectContaining({ code: 'ERR_FORECAST_MODEL', message: expect.stringContaining(message) }),
    )
  }
  expect(() => parseModel('{')).toThrow(expect.objectContaining({ code: 'ERR_FORECAST_MODEL' }))
  expect(() => parseModel('null')).toThrow(expect.objectContaining({ code: 'ERR_FORECAST_MODEL' }))
})
