import { startSimulators, type Simulators, type SimulatorsOptions } from '@seaworthy/simulators'
import { systemClock, systemRuntime, type Clock } from 'seaworthy/core'
import type { Scope } from 'seaworthy/service'
import { createLogger, type LogLine } from 'seaworthy/telemetry'
import type { RecommendationSet } from '../src/contract/recommendation.ts'
import { createVenue } from '../src/data/index.ts'
import { approveAsSeller } from '../src/demo/approve-as-seller.ts'
import { keysOf } from '../src/keys.ts'
import { recommend } from '../src/recommend/recommend.ts'
import { newNonce } from '../src/square/authorisation-state.ts'
import { wireMarketprep } from '../src/wire-marketprep.ts'
import { startSquareProxy, type SquareProxy } from './square-proxy.ts'
import { startTestDatabase, type TestDatabase } from './test-database.ts'

/** MarketPrep with all its parts on a database and simulators of its own; without HTTP and without the demo vendor. */
export interface Rig extends AsyncDisposable {
  readonly db: TestDatabase
  readonly simulators: Simulators
  /** Between MarketPrep and the simulated Square. */
  readonly square: SquareProxy
  readonly parts: ReturnType<typeof wireMarketprep>
  readonly clock: ShiftedClock
  /** What was logged. */
  readonly log: readonly LogLine[]
  /** Registers a vendor who is connected to Square. */
  addSeller(name: string): Promise<string>
  /** Connects a vendor to Square as the page does. */
  connect(vendorId: string): Promise<void>
  /** The stored sales of a vendor, by source line. */
  salesOf(vendorId: string): Promise<ReadonlyMap<string, number>>
  /** Adds a venue where no weather is stored yet. */
  addVenue(vendorId: string, name: string): Promise<string>
  recommend(vendorId: string, ask: Asked): Promise<{ readonly set: RecommendationSet; readonly scope: Scope }>
}

export interface Asked {
  readonly venueId: string
  readonly marketDate: string
  readonly signal?: AbortSignal
}

/** Runs as fast as the machine's clock, with a calendar of its own that can be moved. */
export interface ShiftedClock extends Clock {
  shift(ms: number): void
  /** Moves the calendar to an instant such as "2026-06-10T15:00:00Z". */
  moveTo(instant: string): void
}

export const dayMs = 86_400_000

/** Midday in New York, on a Wednesday, so that no test sees the day change unless it wants to. */
const usualStart = '2026-06-10T16:00:00Z'

/**
 * A clock whose calendar starts at the same instant in every run, whenever that is. MARKETPREP_TEST_START sets another
 * one for a whole run.
 */
export function shiftedClock(start = process.env['MARKETPREP_TEST_START'] ?? usualStart): ShiftedClock {
  let aheadMs = 0
  const clock: ShiftedClock = {
    now: () => systemClock.now(),
    wallTime: () => Math.floor(systemClock.now()) + aheadMs,
    schedule: (delayMs, callback) => systemClock.schedule(delayMs, callback),
    shift: (ms) => {
      aheadMs += ms
    },
    moveTo: (instant) => clock.shift(Date.parse(instant) - clock.wallTime()),
  }
  clock.moveTo(start)
  return clock
}

export async function startRig(options: SimulatorsOptions = {}): Promise<Rig> {
  const clock = shiftedClock()
  const [db, simulators] = await Promise.all([startTestDatabase(), startSimulators({ clock, ...options })])
  const square = await startSquareProxy(simulators.baseUrl('square'))
  const log: LogLine[] = []
  const logger = createLogger({ service: 'marketprep', write: (line) => void log.push(line) })
  const openMeteo = simulators.baseUrl('open-meteo')
  const parts = wireMarketprep({
    runtime: { ...systemRuntime, clock },
    logger,
    publicUrl: 'http://localhost:4000',
    config: {
      square: {
        baseUrl: square.url,
        applicationId: 'sandbox-sq0idb-seaworthy',
        applicationSecret: 'sandbox-sq0csb-seaworthy',
      },
      openMeteo: { forecastBaseUrl: openMeteo, archiveBaseUrl: openMeteo, geocodingBaseUrl: openMeteo },
      eventsBaseUrl: simulators.baseUrl('events'),
      demo: false,
      faultRequests: true,
    },
    database: db.database,
    keys: keysOf(new Uint8Array(32).fill(7)),
  })
  const rig: Rig = {
    db,
    simulators,
    square,
    parts,
    clock,
    log,
    async addSeller(name) {
      const vendorId = await db.addVendor(name)
      await rig.connect(vendorId)
      return vendorId
    },
    async connect(vendorId) {
      const nonce = newNonce()
      const approved = await approveAsSeller(parts.connecting.begin(vendorId, nonce))
      await parts.connecting.finish({ ...approved, nonce })
    },
    async salesOf(vendorId) {
      const rows = await db.as(vendorId, (tx) =>
        tx.selectFrom('marketprep.sales').select(['source_line', 'quantity']).execute(),
      )
      return new Map(rows.map((row) => [row.source_line, Number(row.quantity)]))
    },
    async addVenue(vendorId, name) {
      const place = { latitude: 41.93, longitude: -74, timeZone: 'America/New_York' }
      const venue = await db.as(vendorId, (tx) => createVenue(tx, { name, ...place, marketWeekdays: [6] }))
      return venue.id
    },
    recommend: (vendorId, { signal, ...body }) =>
      parts.service.within('recommend', async (scope) => ({
        set: await recommend(parts, { vendorId, body, scope, signal }),
        scope,
      })),
    async [Symbol.asyncDispose]() {
      await parts.background.stop()
      await square.stop()
      await simulators.stop()
      await db[Symbol.asyncDispose]()
    },
  }
  return rig
}
