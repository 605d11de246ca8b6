import {
  integer,
  number,
  oneOf,
  outcomes,
  refused,
  showValue,
  text,
  type Field,
  type Outcome,
} from 'seaworthy/core'
import { resilienceError } from '../resilience-errors.ts'
import { breakerReasons, type BreakerReason, type BreakerStatus } from './breaker-state.ts'
import type { WindowRecord } from './outcome-window.ts'
import { shifted, windowRecord } from './window-record.ts'

/** Everything of a breaker that must survive its process, as JSON. Times are milliseconds of the wall clock. */
export interface BreakerRecord {
  readonly kind: 'circuit-breaker'
  /** Of this form. Another one is refused. */
  readonly version: 1
  readonly name: string
  readonly state: BreakerStatus['kind']
  readonly reason: BreakerReason
  readonly note: string | null
  readonly since: number
  /** When an open one lets probes in. */
  readonly until: number | null
  /** Since when calls of its own have found failures. */
  readonly failingSince: number | null
  readonly openedAt: number | null
  /** How often it has opened without having stayed closed for a good while in between. */
  readonly streak: number
  /** Probes of one that is half-open. Those under way are lost with the process, and given anew. */
  readonly successes: number
  readonly failures: number
  readonly counts: Readonly<Record<Outcome, number>>
  readonly refused: number
  readonly transitions: number
  readonly window: WindowRecord
}

/** What a record is made from, and what one becomes again. Times are those of the breaker's clock. */
export interface BreakerMemory {
  readonly status: BreakerStatus
  readonly note: string | undefined
  readonly openedAtMs: number | undefined
  readonly counts: Readonly<Record<Outcome, number>>
  readonly refused: number
  readonly transitions: number
  readonly window: WindowRecord
}

/** The breaker that a record is for. */
export interface Restored {
  readonly name: string
  /** The longest time that it is open. */
  readonly openMaxMs: number
}

/** The two clocks at one moment. */
export interface Moment {
  readonly nowMs: number
  readonly wallMs: number
}

/** The record of a breaker. */
export function breakerRecord(name: string, memory: BreakerMemory, { nowMs, wallMs }: Moment): BreakerRecord {
  const { status, note, openedAtMs, window, ...totals } = memory
  const offsetMs = wallMs - nowMs
  const wall = (ms: number | undefined): number | null =>
    ms === undefined ? null : Math.round(ms + offsetMs)
  return {
    kind: 'circuit-breaker',
    version: 1,
    name,
    state: status.kind,
    reason: status.reason,
    note: note?.slice(0, noteLengthMax) || null,
    since: Math.round(status.sinceMs + offsetMs),
    until: status.kind === 'open' ? Math.ceil(status.untilMs + offsetMs) : null,
    failingSince: wall('failingSinceMs' in status ? status.failingSinceMs : undefined),
    openedAt: wall(openedAtMs),
    streak: status.streak,
    successes: status.kind === 'half-open' ? status.successes : 0,
    failures: status.kind === 'half-open' ? status.failures : 0,
    ...totals,
    window: shifted(window, offsetMs),
  }
}

/**
 * What a record says, on the clock of this process. A wall clock that was set back meanwhile does not prolong anything:
 * nothing began in the future, and nothing lasts longer than it was meant to, or than a breaker of this plan can be open.
 *
 * @throws SeaworthyError ERR_BREAKER_RECORD_INVALID for data that is no record, of another version or another breaker
 */
export function memoryOf(data: unknown, { name, openMaxMs }: Restored, moment: Moment): BreakerMemory {
  const record = readRecord(data, name)
  const { note, openedAt, counts, refused: refusals, transitions } = record
  return {
    status: statusOf(record, moment, openMaxMs),
    note: note ?? undefined,
    openedAtMs: openedAt === null ? undefined : past(openedAt, moment),
    counts,
    refused: refusals,
    transitions,
    window: shifted(record.window, moment.nowMs - moment.wallMs),
  }
}

function statusOf(record: Reading, moment: Moment, openMaxMs: number): BreakerStatus {
  const { state: kind, reason, streak, successes, failures, until, failingSince } = record
  const since = { generation: 0, sinceMs: past(record.since, moment), reason, streak }
  const failingSinceMs = failingSince === null ? undefined : past(failingSince, moment)
  if (kind === 'half-open') return { kind, ...since, failingSinceMs, probes: [], successes, failures }
  if (kind !== 'open') return { kind, ...since }
  const lastsMs = (until ?? record.since) - Math.max(record.since, moment.wallMs)
  return { kind, ...since, failingSinceMs, untilMs: moment.nowMs + Math.min(lastsMs, openMaxMs) }
}

/** A moment of the wall clock on that of the process, not later than now. */
function past(wall: number, { nowMs, wallMs }: Moment): number {
  return nowMs + Math.min(0, wall - wallMs)
}

/** More than anybody writes; the rest of a longer note is left out. */
const noteLengthMax = 1_000
const tally = integer(0, Number.MAX_SAFE_INTEGER)
const moment = number(-8.64e15, 8.64e15)

const outcomeCounts: Field<Readonly<Record<Outcome, number>>> = {
  allowed: 'the counts of all outcomes',
  read: (value) => {
    const given: Partial<Record<string, unknown>> = typeof value === 'object' && value !== null ? value : {}
    const counts = { ok: 0, failed: 0, slow: 0, ignored: 0 }
    for (const outcome of outcomes) {
      const count = tally.read(given[outcome])
      if (count === refused) return refused
      counts[outcome] = count
    }
    return Object.freeze(counts)
  },
}

const recordFields = {
  kind: oneOf('circuit-breaker'),
  version: integer(1, 1),
  name: text(),
  state: oneOf('closed', 'open', 'half-open', 'forced-open', 'forced-closed'),
  reason: oneOf(...breakerReasons),
  note: orNull(text(noteLengthMax)),
  since: moment,
  until: orNull(moment),
  failingSince: orNull(moment),
  openedAt: orNull(moment),
  streak: tally,
  successes: tally,
  failures: tally,
  counts: outcomeCounts,
  refused: tally,
  transitions: tally,
  window: windowRecord,
}

type Reading = { readonly [K in keyof typeof recordFields]: FieldValue<(typeof recordFields)[K]> }
type FieldValue<F> = F extends Field<infer Value> ? Value : never

function readRecord(data: unknown, name: string): Reading {
  const given: Partial<Record<string, unknown>> = typeof data === 'object' && data !== null ? data : {}
  if (given['kind'] !== 'circuit-breaker')
    throw invalid(name, 'it must be the record of a circuit breaker', data)
  if (given['name'] !== name) throw invalid(name, 'the record must be of this name', given['name'])
  const read: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(recordFields)) {
    read[key] = field.read(given[key])
    if (read[key] === refused) throw invalid(name, `"${key}" must be ${field.allowed}`, given[key])
  }
  // Each field was read by the check that its type comes from.
  const record = read as unknown as Reading
  const isBounded = record.until !== null && record.until >= record.since
  if (record.state === 'open' && !isBounded)
    throw invalid(name, '"until" must not be before "since"', record.until)
  return record
}

function invalid(name: string, must: string, received: unknown): Error {
  const shown = showValue(received).slice(0, 100)
  return resilienceError(
    'ERR_BREAKER_RECORD_INVALID',
    `Cannot restore circuit breaker "${name}": ${must}, received ${shown}`,
    { details: { name, must } },
  )
}

function orNull<T>(field: Field<T>): Field<T | null> {
  return {
    allowed: `${field.allowed}, or null`,
    read: (value) => (value === null ? null : field.read(value)),
  }
}
