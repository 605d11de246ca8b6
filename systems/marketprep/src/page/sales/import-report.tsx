import { useState } from 'react'
import type { ImportFailure, ImportReport } from '../../contract/sales.ts'
import { Button, useMedia } from '../look/look.ts'
import { count, counted, dateOnly } from '../shell/words.ts'

const pageSize = 50

/** What a checked file would bring, in one sentence. */
export function reportSentence(report: ImportReport): string {
  const span =
    report.firstDay === null || report.lastDay === null
      ? ''
      : `, from ${dateOnly(report.firstDay)} to ${dateOnly(report.lastDay)}`
  return `${count(report.rowsGood)} of ${counted(report.rowsRead, 'row')} are good${span}.${knownSentence(report)}`
}

/** The good rows that are not here yet. */
export const newRows = ({ rowsGood, rowsKnown }: ImportReport): number => rowsGood - rowsKnown

function knownSentence(report: ImportReport): string {
  if (report.rowsKnown === 0) return ''
  if (newRows(report) === 0) return ' All of them are here already: importing them again adds nothing.'
  return ` ${counted(report.rowsKnown, 'row is', 'rows are')} here already, ${counted(newRows(report), 'is', 'are')} new.`
}

/** The rows that cannot be taken, with their lines. */
export function Failures({
  failures,
  total,
}: {
  readonly failures: readonly ImportFailure[]
  readonly total: number
}) {
  const [shown, setShown] = useState(pageSize)
  const rest = failures.length - shown
  return (
    <div className="stack">
      <FailureRows failures={failures.slice(0, shown)} />
      {rest > 0 ? (
        <div>
          <Button onPress={() => setShown(shown + pageSize)}>Show {Math.min(rest, pageSize)} more</Button>
        </div>
      ) : null}
      {total > failures.length ? (
        <p className="soft small">
          The first {count(failures.length)} of {count(total)} are listed.
        </p>
      ) : null}
    </div>
  )
}

function FailureRows({ failures }: { readonly failures: readonly ImportFailure[] }) {
  const isPhone = useMedia('(width < 768px)')
  return isPhone ? <FailureCards failures={failures} /> : <FailureTable failures={failures} />
}

function FailureCards({ failures }: { readonly failures: readonly ImportFailure[] }) {
  return (
    <ul className="line-cards">
      {failures.map(({ line, column, value, reason }) => (
        <li key={`${line} ${column ?? ''}`}>
          <span className="line-card-head">
            <strong>
              Line {line}
              {column === null ? '' : `, ${column}`}
            </strong>
            <code>{value}</code>
          </span>
          <span>{reason}</span>
        </li>
      ))}
    </ul>
  )
}

function FailureTable({ failures }: { readonly failures: readonly ImportFailure[] }) {
  return (
    <table className="table failures">
      <thead>
        <tr>
          <th scope="col" className="number">
            Line
          </th>
          <th scope="col">Column</th>
          <th scope="col">Value</th>
          <th scope="col">What is wrong</th>
        </tr>
      </thead>
      <tbody>
        {failures.map(({ line, column, value, reason }) => (
          <tr key={`${line} ${column ?? ''}`}>
            <th scope="row" className="number">
              {line}
            </th>
            <td>{column ?? '\u2013'}</td>
            <td>
              <code>{value}</code>
            </td>
            <td>{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
