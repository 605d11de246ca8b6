import { integer, number, oneOf, refused, type Field } from 'seaworthy/core'
import type { BucketRecord, WindowRecord } from './outcome-window.ts'

/** The check of a window's record that comes from outside. Its sizes are those that a window can have. */
export const windowRecord: Field<WindowRecord> = {
  allowed: 'the record of a window',
  read: (value) => {
    if (!isObject(value)) return refused
    switch (oneOf('consecutive', 'count', 'time').read(value['kind'])) {
      case 'consecutive':
        return consecutive(value)
      case 'count':
        return count(value)
      case 'time':
        return time(value)
      default:
        return refused
    }
  },
}

/** The same record, with its times moved from one clock to another. */
export function shifted(record: WindowRecord, byMs: number): WindowRecord {
  if (record.kind !== 'time') return record
  return { kind: 'time', buckets: record.buckets.map((each) => ({ ...each, atMs: each.atMs + byMs })) }
}

const tally = integer(0, 2 ** 31 - 1)
const moment = number(-8.64e15, 8.64e15)
const outcomesPattern = /^[ofs]{0,100000}$/
const bucketsMax = 1_000

function consecutive({ failed, slow }: Readonly<Record<string, unknown>>): WindowRecord | typeof refused {
  const readFailed = tally.read(failed)
  const readSlow = tally.read(slow)
  if (readFailed === refused || readSlow === refused) return refused
  return { kind: 'consecutive', failed: readFailed, slow: readSlow }
}

function count({ outcomes }: Readonly<Record<string, unknown>>): WindowRecord | typeof refused {
  if (typeof outcomes !== 'string' || !outcomesPattern.test(outcomes)) return refused
  return { kind: 'count', outcomes }
}

function time({ buckets }: Readonly<Record<string, unknown>>): WindowRecord | typeof refused {
  if (!Array.isArray(buckets) || buckets.length > bucketsMax) return refused
  const read: BucketRecord[] = []
  for (const each of buckets) {
    const bucket = bucketOf(each)
    if (bucket === refused) return refused
    read.push(bucket)
  }
  return { kind: 'time', buckets: read.toSorted((one, other) => one.atMs - other.atMs) }
}

function bucketOf(value: unknown): BucketRecord | typeof refused {
  if (!isObject(value)) return refused
  const calls = tally.read(value['calls'])
  const failed = tally.read(value['failed'])
  const slow = tally.read(value['slow'])
  const atMs = moment.read(value['atMs'])
  if (calls === refused || failed === refused || slow === refused || atMs === refused) return refused
  return failed + slow > calls ? refused : { atMs, calls, failed, slow }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
