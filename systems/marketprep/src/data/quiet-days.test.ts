import { expect, test } from 'vitest'
import type { SaleDay } from '../forecast/types.ts'
import { withQuietDays } from './quiet-days.ts'

function sale(productId: string, date: string, quantity = 5): SaleDay {
  return {
    productId,
    category: 'Produce',
    venueId: 'pier',
    date,
    quantity,
    priceCents: 400,
    weather: { temperatureMaxC: Number(date.slice(-2)), precipitationMm: 0, code: 0 },
  }
}

test('withQuietDays: a product on offer that nobody bought has a day of 0, with that day’s weather', () => {
  const sales = [
    sale('jam', '2026-06-06'),
    sale('eggs', '2026-06-06'),
    sale('eggs', '2026-06-13'),
    sale('jam', '2026-06-20'),
    sale('eggs', '2026-06-20'),
  ]
  const filled = withQuietDays(sales)
  expect(filled).toHaveLength(6)
  expect(filled.filter(({ quantity }) => quantity === 0)).toEqual([sale('jam', '2026-06-13', 0)])
  expect(filled.map(({ date }) => date)).toEqual(filled.map(({ date }) => date).toSorted())
})

test('withQuietDays: out of season, before the first and after the last sale nothing is added', () => {
  const weeks = [
    '2026-05-02',
    '2026-05-09',
    '2026-05-16',
    '2026-05-23',
    '2026-05-30',
    '2026-06-06',
    '2026-06-13',
  ]
  const sales = weeks.map((date) => sale('eggs', date))
  expect(
    withQuietDays([...sales, sale('berries', '2026-05-16')].sort((a, b) => a.date.localeCompare(b.date))),
  ).toHaveLength(8)
  const season = [...sales, sale('asparagus', '2026-05-02'), sale('asparagus', '2026-06-13')]
  expect(withQuietDays(season.sort((a, b) => a.date.localeCompare(b.date)))).toHaveLength(9)
})
