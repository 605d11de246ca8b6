import { parentPort, workerData } from 'node:worker_threads'
import { errorCode } from 'seaworthy/core'
import { serialiseModel } from './forecast-model.ts'
import { unpackSales } from './sales-transfer.ts'
import { trainForecast } from './train.ts'
import type { TrainReply, TrainTask } from './training-thread.ts'

// The whole life of a training worker: one task in, one reply out.
parentPort?.postMessage(answer(workerData as TrainTask))

function answer({ sales, options }: TrainTask): TrainReply {
  try {
    return { model: serialiseModel(trainForecast(unpackSales(sales), options)) }
  } catch (error) {
    return { code: errorCode(error), message: error instanceof Error ? error.message : String(error) }
  }
}
