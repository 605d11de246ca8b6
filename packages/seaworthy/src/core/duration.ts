import { coreError } from './core-errors.ts'
import { showValue } from './show-value.ts'

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

type Unit = keyof typeof unitMs

/** A length of time: a number of milliseconds, or a number with a unit, such as `'250ms'`, `'2s'`, `'5m'`, `'1h'`, `'7d'`. */
export type Duration = number | `${number}${Unit}`

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/**
 * A duration as milliseconds.
 *
 * @param value the duration
 * @param name what the duration is of, for the message of the error
 * @throws SeaworthyError ERR_INVALID_DURATION when the value is negative, not finite or not of the form
 */
export function toMs(value: Duration, name = 'duration'): number {
  const ms = typeof value === 'number' ? value : parse(value)
  if (ms === undefined || !Number.isFinite(ms) || ms < 0) {
    throw coreError(
      'ERR_INVALID_DURATION',
      `Cannot read ${name}: must be milliseconds from 0 up or text such as "250ms", "2s", "5m", "1h", "7d", received ${showValue(value)}`,
      { details: { name, received: value } },
    )
  }
  return ms
}

function parse(text: unknown): number | undefined {
  const match = typeof text === 'string' ? pattern.exec(text) : null
  return match === null ? undefined : Number(match[1]) * unitMs[match[2] as Unit]
}

/** Milliseconds as the shortest exact text: `90_000` is `'90s'`, `120_000` is `'2m'`. */
export function formatMs(ms: number): string {
  const units: readonly Unit[] = ['d', 'h', 'm', 's']
  const unit = ms === 0 ? undefined : units.find((candidate) => ms % unitMs[candidate] === 0)
  return unit === undefined ? `${ms}ms` : `${ms / unitMs[unit]}${unit}`
}
