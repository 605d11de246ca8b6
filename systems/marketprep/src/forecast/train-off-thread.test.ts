import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { ForecastTrainer } from './train-off-thread.ts'
import { serialiseModel } from './forecast-model.ts'
import { trainForecast } from './train.ts'
import { sampleSales } from './sample-sales.fixture.ts'

const sales = sampleSales({ weeks: 12 })

test('ForecastTrainer: the thread makes the same model as the caller would', async () => {
  await using trainer = new ForecastTrainer()
  const { model, durationMs } = await trainer.train(sales, { seed: 5 })
  expect(serialiseModel(model)).toBe(serialiseModel(trainForecast(sales, { seed: 5 })))
  expect(durationMs).toBeGreaterThan(0)
})

test('ForecastTrainer: one runs, as many wait as may, one more is refused', async () => {
  await using trainer = new ForecastTrainer({ waitingMax: 1 })
  const first = trainer.train(sales)
  const second = trainer.train(sales)
  expect(trainer.waiting).toBe(1)
  await expect(trainer.train(sales)).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL' })
  await expect(Promise.all([first, second])).resolves.toHaveLength(2)
  expect(trainer.waiting).toBe(0)
})

test('ForecastTrainer: an abort ends a wait and a run with its own reason, and the next gets its turn', async () => {
  await using trainer = new ForecastTrainer()
  const [running, waiting] = [new AbortController(), new AbortController()]
  const first = trainer.train(sales, { signal: running.signal })
  const second = trainer.train(sales, { signal: waiting.signal })
  const third = trainer.train(sales)
  waiting.abort('second gives up')
  await expect(second).rejects.toBe('second gives up')
  running.abort('first gives up')
  await expect(first).rejects.toBe('first gives up')
  await expect(third).resolves.toHaveProperty('model')
})

test('ForecastTrainer: a training beyond its time limit is ended', async () => {
  const clock = manualClock()
  await using trainer = new ForecastTrainer({ clock, timeLimit: '5s' })
  const training = trainer.train(sales)
  const refusal = expect(training).rejects.toMatchObject({ code: 'ERR_FORECAST_TRAINING' })
  await clock.advance(5_000)
  await refusal
})

test('ForecastTrainer: the errors of training keep their code', async () => {
  await using trainer = new ForecastTrainer()
  await expect(trainer.train(sales.slice(0, 10))).rejects.toMatchObject({ code: 'ERR_FORECAST_HISTORY' })
  await expect(trainer.train(sales, { leadDays: 0 })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
})

test('ForecastTrainer: close ends what runs, refuses what waits and what comes', async () => {
  const trainer = new ForecastTrainer()
  const trainings = Promise.allSettled([trainer.train(sales), trainer.train(sales)])
  await trainer.close()
  for (const result of await trainings) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'ERR_QUEUE_CLOSED' } })
  }
  await expect(trainer.train(sales)).rejects.toMatchObject({ code: 'ERR_QUEUE_CLOSED' })
})
