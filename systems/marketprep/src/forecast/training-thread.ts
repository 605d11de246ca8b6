import { Worker } from 'node:worker_threads'
import { coreError, onAbort, type Clock } from 'seaworthy/core'
import { forecastError, forecastErrors, type ForecastErrorCode } from './forecast-errors.ts'
import type { PackedSales } from './sales-transfer.ts'
import type { TrainOptions } from './train.ts'

/** What the worker is given. */
export interface TrainTask {
  readonly sales: PackedSales
  readonly options: TrainOptions
}

/** What the worker answers: a model as text, or what went wrong. */
export type TrainReply = TrainSuccess | TrainFailure

interface TrainSuccess {
  readonly model: string
}

interface TrainFailure {
  readonly code: string | undefined
  readonly message: string
}

/** What may end a training early. */
export interface ThreadLimits {
  readonly heapMegabytesMax: number
  readonly timeLimitMs: number
  readonly clock: Clock
  readonly signals: readonly (AbortSignal | undefined)[]
}

/**
 * Runs one training in a thread and answers with the model's text once the thread has ended, however it ended. The
 * buffer of the task's sales is transferred: it is empty afterwards.
 */
export function runTrainingThread(task: TrainTask, limits: ThreadLimits): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const worker = new Worker(new URL('./train-worker.ts', import.meta.url), {
    name: 'forecast training',
    workerData: task,
    transferList: [task.sales.numbers.buffer],
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytesMax },
  })
  let reply: TrainReply | undefined
  const problems: unknown[] = []
  const end = (reason: unknown): void => {
    problems.push(reason)
    void worker.terminate()
  }
  const timer = limits.clock.schedule(limits.timeLimitMs, () => end(tooLong(limits.timeLimitMs)))
  const stops = limits.signals.map((signal) => onAbort(signal, end))
  worker.once('message', (message: TrainReply) => {
    reply = message
  })
  worker.once('error', (cause) => problems.push(broken(cause)))
  worker.once('exit', () => {
    timer.cancel()
    for (const stop of stops) stop()
    if (problems.length > 0) reject(problems[0])
    else if (reply === undefined) reject(broken(undefined))
    else if ('model' in reply) resolve(reply.model)
    else reject(failed(reply))
  })
  return promise
}

function tooLong(limitMs: number): Error {
  return forecastError(
    'ERR_FORECAST_TRAINING',
    `Cannot train a forecast: training must end within ${limitMs} ms, received no model by then`,
    { details: { limitMs } },
  )
}

function broken(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : 'no model'
  return forecastError(
    'ERR_FORECAST_TRAINING',
    `Cannot train a forecast: the thread must answer with a model, received ${reason}`,
    { cause },
  )
}

function failed({ code, message }: TrainFailure): Error {
  if (code === 'ERR_INVALID_OPTION') return coreError(code, message)
  const isOurs = code !== undefined && Object.hasOwn(forecastErrors, code)
  return forecastError(isOurs ? (code as ForecastErrorCode) : 'ERR_FORECAST_TRAINING', message)
}
