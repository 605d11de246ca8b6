import { createDatabase } from '@seaworthy/postgres'
import { systemRuntime } from 'seaworthy/core'
import type { Service } from 'seaworthy/service'
import { createLogger } from 'seaworthy/telemetry'
import { keysOf } from './keys.ts'
import { wireMarketprep } from './wire-marketprep.ts'

/**
 * MarketPrep as declared and connected to nothing, for `seaworthy describe`: making the parts opens no connection and
 * starts no thread.
 */
const nowhere = 'http://localhost'
const keys = keysOf(new Uint8Array(32))

export const marketprep: Service = wireMarketprep({
  runtime: systemRuntime,
  logger: createLogger({ service: 'marketprep', write: () => undefined }),
  publicUrl: nowhere,
  config: {
    square: { baseUrl: nowhere, applicationId: 'none', applicationSecret: 'none' },
    openMeteo: { forecastBaseUrl: nowhere, archiveBaseUrl: nowhere, geocodingBaseUrl: nowhere },
    eventsBaseUrl: nowhere,
    demo: false,
    faultRequests: false,
  },
  database: createDatabase({ url: 'postgres://none:none@localhost:1/none', name: 'marketprep' }),
  keys,
}).service
