import type { BenchRow, PeerResult } from './bench-row.ts'

const heads = ['case', 'unit', 'ours', 'floor', 'ours/floor', 'peers (and by ours)']

/** The rows as text in columns. Ratios: ours by the floor, and each peer by ours. */
export function formatTable(rows: readonly BenchRow[]): string {
  const lines = [
    heads,
    ...rows.map((row) => [
      row.case,
      row.unit,
      show(row.ours),
      row.floor === null ? '-' : show(row.floor),
      row.floor === null ? '-' : show(row.ours / row.floor),
      row.peers.map((peer) => showPeer(peer, row.ours)).join(', ') || '-',
    ]),
  ]
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const pad = (cell: string, column: number): string => {
    const width = widths[column] ?? 0
    return column < 2 || column === heads.length - 1 ? cell.padEnd(width) : cell.padStart(width)
  }
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

function showPeer({ name, version, value }: PeerResult, ours: number): string {
  return `${name} ${version}: ${show(value)} (${show(value / ours)})`
}

/** Three significant digits, without an exponent. */
function show(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 6))
}
