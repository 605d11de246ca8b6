import { parse } from 'csv-parse/sync'
import type { RunningHost } from './running-host.ts'

/** A year of sales at one market, in the form in which Square's dashboard hands them out. */
export interface SquareExport {
  readonly text: string
  readonly rows: readonly SquareRow[]
}

interface SquareRow {
  readonly Date: string
  readonly Item: string
  readonly Qty: string
  readonly Location: string
}

/** A row that was broken on purpose, and how the import must call it. */
export interface BrokenRow {
  readonly line: number
  readonly column: string
  readonly value: string
}

const merchant = 'MHILLSDFARM01'

/** Downloads the seller's file from the simulated dashboard: the year up to yesterday. */
export async function downloadExport({ simulators }: RunningHost, market: string): Promise<SquareExport> {
  const answer = await fetch(`${simulators}/square/dashboard/items.csv?merchant=${merchant}`)
  if (!answer.ok) throw new Error(`the simulated dashboard answered ${answer.status}`)
  const [titles = '', ...lines] = (await answer.text()).trimEnd().split('\r\n')
  const text = `${[titles, ...lines.filter((line) => line.includes(`,${market},`))].join('\r\n')}\r\n`
  return { text, rows: parse<SquareRow>(text, { columns: true }) }
}

/** The same file with three rows that cannot be taken. */
export function withBrokenRows({ text }: SquareExport): { text: string; broken: readonly BrokenRow[] } {
  const lines = text.split('\r\n')
  const broken: readonly BrokenRow[] = [
    { line: 212, column: 'Qty', value: 'two' },
    { line: 1408, column: 'Date', value: '31/02/2025' },
    { line: 3977, column: 'Net Sales', value: 'free' },
  ]
  const titles = lines[0]?.split(',') ?? []
  for (const { line, column, value } of broken) {
    const fields = lines[line - 1]?.split(',') ?? []
    fields[titles.indexOf(column)] = value
    lines[line - 1] = fields.join(',')
  }
  return { text: lines.join('\r\n'), broken }
}

/** How many of each product were sold on an average Saturday among the last ones. */
export function saturdayMeans({ rows }: SquareExport, saturdays: number): ReadonlyMap<string, number> {
  const isSaturday = (day: string): boolean => new Date(`${day}T12:00:00Z`).getUTCDay() === 6
  const days = [...new Set(rows.map((row) => row.Date))].filter(isSaturday).toSorted().slice(-saturdays)
  const sums = new Map<string, number>()
  for (const { Date: day, Item, Qty } of rows) {
    if (days.includes(day)) sums.set(Item, (sums.get(Item) ?? 0) + Number(Qty))
  }
  return new Map([...sums].map(([item, sum]) => [item, sum / days.length]))
}
