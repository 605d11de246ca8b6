import { Readable } from 'node:stream'
import { manualClock, queryChannel } from 'seaworthy/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVenue, listProducts, salesStats } from '../src/data/index.ts'
import { sampleCsv } from '../src/demo/sample-csv.ts'
import { importSquareCsv, type ImportOptions } from '../src/imports/import-square-csv.ts'
import { cursorKey, startTestDatabase, type TestDatabase } from './test-database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

const clock = manualClock(Date.parse('2026-06-20T12:00:00Z'))
const header = 'Date,Item,Qty,Net Sales,Transaction ID,Location,Event Type\n'

async function addVendor(name: string): Promise<{ vendor: string; venue: string }> {
  const vendor = await db.addVendor(name)
  const body = {
    name: 'Riverside Market',
    latitude: 41.88,
    longitude: -87.63,
    timeZone: 'America/Chicago',
    marketWeekdays: [6],
  }
  return { vendor, venue: (await db.as(vendor, (tx) => createVenue(tx, body))).id }
}

function take(vendor: string, text: string, options: Partial<ImportOptions> = {}) {
  const upload = Readable.from([Buffer.from(text)])
  return importSquareCsv(upload, { database: db.database, tenant: vendor, mode: 'all', clock, ...options })
}

const totals = (vendor: string) => db.as(vendor, (tx) => salesStats(tx, { to: '2026-06-20', days: 800 }))

test('importSquareCsv: a year of sales, then the same file, then an overlapping one', async () => {
  const { vendor } = await addVendor('Year')
  const file = sampleCsv({ seed: 1, lastDay: '2026-06-13', weeks: 52 })
  const rows = file.split('\n').length
  const first = await take(vendor, file)
  expect(first).toMatchObject({
    applied: true,
    rowsFailed: 0,
    rowsKnown: 0,
    productsCreated: 10,
    failures: [],
  })
  expect(first).toMatchObject({ firstDay: '2025-06-21', lastDay: '2026-06-13' })
  expect(first.rowsGood).toBeGreaterThan(5_000)
  expect(first.rowsGood).toBeLessThan(rows)
  const before = await totals(vendor)
  expect(before).toMatchObject({ marketDays: 52 })

  expect(await take(vendor, file)).toMatchObject({ rowsKnown: first.rowsGood, productsCreated: 0 })
  expect(await totals(vendor)).toEqual(before)

  const older = sampleCsv({ seed: 1, lastDay: '2026-06-13', weeks: 60 })
  const third = await take(vendor, older)
  expect(third.rowsKnown).toBe(first.rowsGood)
  expect(third.rowsGood).toBeGreaterThan(first.rowsGood)
  expect((await totals(vendor)).marketDays).toBe(60)
  const { items } = await db.as(vendor, (tx) => listProducts(tx, { cursorKey, recentSince: '2026-06-01' }))
  const tomatoes = items.find((product) => product.name === 'Heirloom tomatoes, 1 lb')
  expect(tomatoes).toMatchObject({ category: 'Vegetables', priceCents: 450, unitCostCents: 180 })
})

test('importSquareCsv: equal lines of one transaction are all kept, a changed line is brought up to date', async () => {
  const { vendor } = await addVendor('Equal')
  const line = '2026-06-13,Kale,1,$3.00,T1,Riverside Market,Payment\n'
  expect(await take(vendor, header + line + line)).toMatchObject({ rowsGood: 2, rowsKnown: 0 })
  expect((await totals(vendor)).unitsSold).toBe(2)
  expect(await take(vendor, header + line + line + line)).toMatchObject({ rowsGood: 3, rowsKnown: 2 })
  expect((await totals(vendor)).unitsSold).toBe(3)
  const changed = header + line.replace('$3.00', '$2.00') + line + line
  expect(await take(vendor, changed)).toMatchObject({ rowsKnown: 3 })
  expect(await totals(vendor)).toMatchObject({ unitsSold: 3, revenueCents: 800 })
})

const mixed =
  header +
  '2026-06-13,"Kale\nand chard",1,$3.00,T1,Riverside Market,Payment\n' +
  '2026-06-13,Beets,many,$3.00,T2,Riverside Market,Payment\n' +
  '2026-06-13,Beets,1,$3.00,T3,Elsewhere,Payment\n' +
  '2027-01-01,Beets,1,$3.00,T4,Riverside Market,Payment\n' +
  '2026-06-13,Beets,2,$6.00,T5,riverside  MARKET,Payment\n' +
  '2026-06-13,"Beets"x,2,$6.00,T6,Riverside Market,Payment\n'

const failures = [
  { line: 4, column: 'Qty', value: 'many', reason: 'must be a number above 0 and at most 100000' },
  { line: 5, column: 'Location', value: 'Elsewhere', reason: expect.stringContaining('Riverside Market') },
  { line: 6, column: 'Date', value: '2027-01-01', reason: 'must be a day from 2000-01-01 to 2026-06-21' },
  {
    line: 8,
    column: null,
    value: expect.stringContaining('"Beets"x'),
    reason: expect.stringContaining('quote'),
  },
]

test('importSquareCsv: mode all takes nothing when a row fails, and lists each with its line', async () => {
  const { vendor } = await addVendor('All')
  const report = await take(vendor, mixed, { mode: 'all' })
  expect(report).toMatchObject({
    applied: false,
    rowsRead: 6,
    rowsGood: 2,
    rowsFailed: 4,
    productsCreated: 2,
  })
  expect(report.failures).toEqual(failures)
  expect((await totals(vendor)).unitsSold).toBe(0)
})

test('importSquareCsv: mode check takes nothing and says what would be', async () => {
  const { vendor } = await addVendor('Check')
  const report = await take(vendor, mixed, { mode: 'check' })
  expect(report).toMatchObject({
    mode: 'check',
    applied: false,
    rowsGood: 2,
    rowsFailed: 4,
    productsCreated: 2,
  })
  expect((await totals(vendor)).unitsSold).toBe(0)
  const options = { cursorKey, recentSince: '2026-06-01' }
  expect((await db.as(vendor, (tx) => listProducts(tx, options))).items).toEqual([])
})

test('importSquareCsv: mode good takes the good rows', async () => {
  const { vendor } = await addVendor('Good')
  const report = await take(vendor, mixed, { mode: 'good' })
  expect(report).toMatchObject({ applied: true, rowsGood: 2, rowsFailed: 4 })
  expect(await totals(vendor)).toMatchObject({ unitsSold: 3, revenueCents: 900 })
})

test('importSquareCsv: the venue of the whole file stands for the locations', async () => {
  const { vendor, venue } = await addVendor('Venue')
  const report = await take(vendor, mixed, { mode: 'good', venueId: venue })
  expect(report).toMatchObject({ rowsGood: 3, rowsFailed: 3 })
  const { venue: foreign } = await addVendor('Foreign')
  await expect(take(vendor, mixed, { venueId: foreign })).rejects.toMatchObject({
    code: 'ERR_VENUE_NOT_FOUND',
  })
})

test('importSquareCsv: BOM, CRLF, semicolons, decimal commas and other column order', async () => {
  const { vendor } = await addVendor('Formats')
  const file =
    '\uFEFFLocation;Transaction ID;Net Sales;Qty;Item;Date\r\n' +
    'Riverside Market;T1;"1.234,50 €";2,5;Kürbis;13.6.2026\r\n'
  expect(await take(vendor, file)).toMatchObject({ applied: true, rowsGood: 1 })
  expect(await totals(vendor)).toMatchObject({ unitsSold: 2.5, revenueCents: 123_450 })
})

test('importSquareCsv: one date that can only be day first turns the whole file, both kinds refuse it', async () => {
  const { vendor } = await addVendor('Dates')
  const row = (day: string, id: string): string => `${day},Kale,1,$3.00,${id},Riverside Market,Payment\n`
  const dayFirst = header + row('6/5/2026', 'T1') + row('13/5/2026', 'T2')
  expect(await take(vendor, dayFirst)).toMatchObject({ firstDay: '2026-05-06', lastDay: '2026-05-13' })
  const monthFirst = header + row('5/6/2026', 'T3') + row('5/13/2026', 'T4')
  expect(await take(vendor, monthFirst)).toMatchObject({ firstDay: '2026-05-06', lastDay: '2026-05-13' })
  const both = header + row('5/13/2026', 'T5') + row('13/5/2026', 'T6')
  await expect(take(vendor, both, { mode: 'good' })).rejects.toMatchObject({ code: 'ERR_IMPORT_DATE_ORDER' })
  expect((await totals(vendor)).unitsSold).toBe(4)
})

test.each([
  ['nothing', ''],
  ['blank lines', '\n\n \n'],
  ['another CSV', 'Name,Email\nRosa,rosa@example.com\n'],
  ['a picture', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
  ['a web page', '<!doctype html><html><body>Date Item Qty</body></html>'],
])('importSquareCsv: %s is unreadable, and the message says what was expected', async (_, text) => {
  const { vendor } = await addVendor(`Unreadable${text.length}`)
  await expect(take(vendor, text)).rejects.toMatchObject({
    code: 'ERR_IMPORT_UNREADABLE',
    status: 400,
    message: expect.stringContaining('Date, Item, Qty, Transaction ID, Net Sales'),
  })
})

test('importSquareCsv: a header alone is a file without rows', async () => {
  const { vendor } = await addVendor('HeaderOnly')
  expect(await take(vendor, header, { mode: 'good' })).toMatchObject({
    applied: false,
    rowsRead: 0,
    firstDay: null,
  })
})

test('importSquareCsv: 1,000 failures are listed and all are counted', async () => {
  const { vendor } = await addVendor('Failures')
  const bad = '2026-06-13,Beets,many,$3.00,T2,Riverside Market,Payment\n'
  const report = await take(vendor, header + bad.repeat(1_500))
  expect(report).toMatchObject({ rowsFailed: 1_500, rowsGood: 0 })
  expect(report.failures).toHaveLength(1_000)
})

test('importSquareCsv: names that are no names are refused as a whole', async () => {
  const { vendor } = await addVendor('Products')
  const rows = Array.from(
    { length: 2_001 },
    (_, i) => `2026-06-13,Item ${i},1,$3.00,T${i},Riverside Market,Payment\n`,
  )
  await expect(take(vendor, header + rows.join(''))).rejects.toMatchObject({ code: 'ERR_IMPORT_PRODUCTS' })
  expect(await take(vendor, header + rows.slice(1).join(''))).toMatchObject({ productsCreated: 2_000 })
})

test('importSquareCsv: two at once of one vendor, one is told to wait', async () => {
  const { vendor } = await addVendor('Twice')
  const file = sampleCsv({ seed: 2, lastDay: '2026-06-13', weeks: 30 })
  const outcomes = await Promise.allSettled([take(vendor, file), take(vendor, file)])
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'ERR_IMPORT_RUNNING', status: 409 })
  expect(refused.length).toBeLessThan(2)
  expect(await take(vendor, file)).toMatchObject({ productsCreated: 0 })
  expect((await totals(vendor)).marketDays).toBe(30)
})

test('importSquareCsv: a file beyond the limit is refused, an upload that breaks leaves nothing', async () => {
  const { vendor } = await addVendor('Limits')
  await expect(take(vendor, mixed, { bytesMax: 100 })).rejects.toMatchObject({ code: 'ERR_IMPORT_TOO_LARGE' })
  const broken = (async function* () {
    yield header + '2026-06-13,Kale,1,$3.00,T1,Riverside Market,Payment\n'
    throw new Error('the sender went away')
  })()
  const options = { database: db.database, tenant: vendor, mode: 'good', clock } as const
  await expect(importSquareCsv(broken, options)).rejects.toThrow('the sender went away')
  expect((await totals(vendor)).unitsSold).toBe(0)
})

test('importSquareCsv: an abort ends it with the reason of the abort', async () => {
  const { vendor } = await addVendor('Abort')
  const reason = new Error('the caller left')
  await expect(take(vendor, mixed, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('importSquareCsv: an abort while rows are stored leaves none of them', async () => {
  const { vendor } = await addVendor('AbortLate')
  const caller = new AbortController()
  const reason = new Error('the caller left')
  const file = sampleCsv({ seed: 3, lastDay: '2026-06-13', weeks: 20 })
  using _watch = queryChannel.subscribe(({ statement }) => {
    if (statement.startsWith('insert into marketprep.sales')) caller.abort(reason)
  })
  await expect(take(vendor, file, { mode: 'good', signal: caller.signal })).rejects.toBe(reason)
  expect(caller.signal.aborted).toBe(true)
  expect((await totals(vendor)).unitsSold).toBe(0)
  expect(await take(vendor, file)).toMatchObject({ applied: true, rowsKnown: 0, productsCreated: 10 })
})
