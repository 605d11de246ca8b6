import fc from 'fast-check'
import { isSeaworthyError } from 'seaworthy/core'
import { describe, expect, test } from 'vitest'
import { createWorld, type SalesRow, type World } from './create-world.ts'
import { addDays, isoDate, parseIsoDate, weekdayOf } from './iso-date.ts'

const seeds = fc.integer({ min: 0, max: 1_000_000 })
const dates = fc.integer({ min: 18_000, max: 24_000 }).map(isoDate)

function rowsOf(world: World): readonly SalesRow[] {
  return [...world.salesRows()]
}

describe('createWorld', () => {
  test('a date has the same weather, events and sales whatever was asked before', () => {
    fc.assert(
      fc.property(seeds, dates, dates, (seed, asked, other) => {
        const [first, second] = [createWorld({ seed }), createWorld({ seed, startDate: other, weeks: 3 })]
        const [venue, product] = [first.venues[0], first.products[0]]
        if (venue === undefined || product === undefined) throw new Error('the world is empty')
        second.weather(venue, other)
        second.sales(product, venue, other)
        expect(second.weather(venue, asked)).toEqual(first.weather(venue, asked))
        expect(second.eventsOn(asked)).toEqual(first.eventsOn(asked))
        expect(second.sales(product, venue, asked)).toBe(first.sales(product, venue, asked))
      }),
      { numRuns: 60 },
    )
  })

  test('worlds of different seeds differ', () => {
    const quantities = (seed: number): string =>
      rowsOf(createWorld({ seed, weeks: 4 }))
        .map((row) => row.quantity)
        .join()
    expect(quantities(1)).toBe(quantities(1))
    expect(quantities(1)).not.toBe(quantities(2))
  })

  test('the true mean is positive and finite on any day', () => {
    fc.assert(
      fc.property(seeds, dates, (seed, date) => {
        const world = createWorld({ seed })
        for (const venue of world.venues) {
          for (const product of world.vendors.flatMap((vendor) => vendor.products)) {
            const mean = world.trueMean(product, venue, date)
            expect(mean).toBeGreaterThan(0)
            expect(mean).toBeLessThan(500)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('nothing is sold when no market is held', () => {
    const world = createWorld()
    for (let day = 20_000; day < 20_030; day++) {
      for (const venue of world.venues) {
        const open = venue.weekdays.includes(weekdayOf(isoDate(day)))
        const sold = world.products.reduce((sum, each) => sum + world.sales(each, venue, isoDate(day)), 0)
        expect(sold > 0).toBe(open)
      }
    }
  })

  test('sold counts scatter around the true mean as Poisson counts do', () => {
    const rows = rowsOf(createWorld({ seed: 11, weeks: 104 }))
    const chiSquared = rows.reduce((sum, row) => sum + (row.quantity - row.trueMean) ** 2 / row.trueMean, 0)
    expect(rows).toHaveLength(104 * 4 * 8)
    expect(chiSquared / rows.length).toBeGreaterThan(0.92)
    expect(chiSquared / rows.length).toBeLessThan(1.08)
  })

  test('rain, events and the weekday change what is sold', () => {
    const world = createWorld({ seed: 5, weeks: 104 })
    const lemonade = rowsOf(world).filter((row) => row.productIndex === 7 && row.venueIndex === 0)
    const mean = (keep: (row: SalesRow) => boolean): number => {
      const kept = lemonade.filter(keep)
      return kept.reduce((sum, row) => sum + row.quantity, 0) / kept.length
    }
    expect(mean((row) => row.features.precipitationMm > 5)).toBeLessThan(
      0.75 * mean((row) => row.features.precipitationMm === 0),
    )
    expect(mean((row) => row.features.eventAttendance > 2_000)).toBeGreaterThan(
      1.15 * mean((row) => row.features.eventAttendance === 0),
    )
    expect(mean((row) => row.features.weekday === 6)).toBeGreaterThan(
      1.3 * mean((row) => row.features.weekday === 3),
    )
  })

  test('a row names the conditions that its day had', () => {
    const world = createWorld({ seed: 3, weeks: 6 })
    for (const row of rowsOf(world)) {
      const [venue, product] = [world.venues[row.venueIndex], world.products[row.productIndex]]
      if (venue === undefined || product === undefined) throw new Error('a row names nothing')
      expect(row.features.temperatureMaxC).toBe(world.weather(venue, row.date).temperatureMaxC)
      expect(row.features.eventAttendance).toBe(world.attendanceNear(venue, row.date))
      expect(row.quantity).toBe(world.sales(product, venue, row.date))
      expect(row.trueMean).toBe(world.trueMean(product, venue, row.date))
    }
  })

  test('refuses options that are wrong', () => {
    const refused = (options: object): boolean => {
      try {
        createWorld(options)
        return false
      } catch (error) {
        return isSeaworthyError(error) && error.code === 'ERR_INVALID_OPTION'
      }
    }
    expect(refused({ weeks: 0 })).toBe(true)
    expect(refused({ startDate: '2024-02-30' })).toBe(true)
    expect(refused({ seed: Number.NaN })).toBe(true)
    expect(refused({ sed: 1 })).toBe(true)
  })
})

describe('parseIsoDate', () => {
  test('takes a date exactly when it exists and is written in full', () => {
    fc.assert(
      fc.property(dates, (date) => parseIsoDate(date) === date && addDays(addDays(date, 9), -9) === date),
    )
    for (const wrong of [
      '2023-02-29',
      '2024-13-01',
      '2024-1-1',
      '24-01-01',
      '',
      'today',
      '2024-01-01T00:00:00Z',
    ]) {
      expect(parseIsoDate(wrong)).toBeUndefined()
    }
  })
})
