import type { SharedLimitTarget } from 'seaworthy/resilience'
import { keyPart } from '../key-part.ts'

/** The keys of one limit in Redis. Their hash tag is the same, so that a cluster keeps them together. */
export interface LimitKeys {
  /** Names the limit to the others. It is the first of the keys. */
  readonly state: string
  readonly all: readonly [state: string, starts: string, spare: string]
}

/** The keys of a limit; different ones for different limits, whatever their names hold. */
export function limitKeys(prefix: string, { name, key }: SharedLimitTarget): LimitKeys {
  const stem = `${prefix}:limit:{${keyPart(name)}:${keyPart(key)}}`
  const all = [`${stem}:state`, `${stem}:starts`, `${stem}:spare`] as const
  return { state: all[0], all }
}
