import { createHash } from 'node:crypto'
import type { SharedLimitTarget } from 'seaworthy/resilience'

/** The keys of one limit in Redis. Their hash tag is the same, so that a cluster keeps them together. */
export interface LimitKeys {
  /** Names the limit to the others. It is the first of the keys. */
  readonly state: string
  readonly all: readonly [state: string, starts: string, spare: string]
}

/** Longer texts are kept as their hash, so that no caller decides how long a key is. */
const lengthMax = 100

/** The keys of a limit; different ones for different limits, whatever their names hold. */
export function limitKeys(prefix: string, { name, key }: SharedLimitTarget): LimitKeys {
  const stem = `${prefix}:limit:{${encode(name)}:${encode(key)}}`
  const all = [`${stem}:state`, `${stem}:starts`, `${stem}:spare`] as const
  return { state: all[0], all }
}

/** Without the characters that mean something in a key: `encodeURIComponent` leaves neither `:` nor `#` nor braces. */
function encode(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed())
  if (encoded.length <= lengthMax) return encoded
  return `#${createHash('sha256').update(text).digest('base64url')}`
}
