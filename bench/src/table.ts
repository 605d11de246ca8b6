import type { BenchRow } from './bench-row.ts'

/** The rows as text in columns. */
export function formatTable(rows: readonly BenchRow[]): string {
  const lines = [
    ['case', 'unit', 'ours', 'floor', 'peers'],
    ...rows.map((row) => [
      row.case,
      row.unit,
      show(row.ours),
      row.floor === null ? '-' : show(row.floor),
      row.peers.map(({ name, version, value }) => `${name} ${version}: ${show(value)}`).join(', ') || '-',
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const pad = (cell: string, column: number): string => {
    const width = widths[column] ?? 0
    return column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width)
  }
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

/** Three significant digits, without an exponent. */
function show(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 6))
}
