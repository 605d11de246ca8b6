import { manualClock } from 'seaworthy/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVenue, salesStats } from '../src/data/index.ts'
import { importSquareCsv } from '../src/imports/import-square-csv.ts'
import { startTestDatabase, type TestDatabase } from './test-database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

const header = 'Date,Item,Qty,Net Sales,Transaction ID,Location,Event Type,Notes\n'
const notes = 'x'.repeat(600)
const fileBytes = 100_000_000

/** A file made while it is sent: every tenth row fails, a hundred products, a transaction of three rows. */
async function* largeFile(): AsyncIterable<string> {
  yield header
  let bytes = header.length
  for (let row = 0; bytes < fileBytes;) {
    let piece = ''
    for (const end = row + 100; row < end; row++) {
      const quantity = row % 10 === 0 ? 'many' : '1'
      piece += `2026-06-${10 + (row % 10)},Product ${row % 100},${quantity},$3.00,T${Math.floor(row / 3)},Plaza,Payment,"${notes}"\n`
    }
    bytes += piece.length
    yield piece
  }
}

test(
  'importSquareCsv: the memory of the process does not grow with a file of 100 MB',
  { timeout: 120_000 },
  async () => {
    const vendor = await db.addVendor('Large')
    const place = { latitude: 41.9, longitude: -87.6, timeZone: 'America/Chicago', marketWeekdays: [6] }
    await db.as(vendor, (tx) => createVenue(tx, { ...place, name: 'Plaza' }))
    const clock = manualClock(Date.parse('2026-06-20T12:00:00Z'))
    const options = { database: db.database, tenant: vendor, mode: 'good', clock } as const
    const rssBefore = process.memoryUsage.rss()
    let rssHighest = 0
    const watch = (): void => {
      rssHighest = Math.max(rssHighest, process.memoryUsage.rss())
    }
    const beat = setInterval(watch, 10)
    const report = await importSquareCsv(largeFile(), options)
    clearInterval(beat)
    expect(report.rowsRead).toBeGreaterThan(140_000)
    expect(report).toMatchObject({ applied: true, productsCreated: 90, rowsFailed: report.rowsRead / 10 })
    expect(report.failures).toHaveLength(1_000)
    const stats = await db.as(vendor, (tx) => salesStats(tx, { to: '2026-06-20', days: 30 }))
    expect(stats.unitsSold).toBe(report.rowsGood)
    // Most of the growth is what the collector has not yet given back; to hold the file's rows takes 320 MB.
    expect((rssHighest - rssBefore) / 1e6).toBeLessThan(230)
  },
)
