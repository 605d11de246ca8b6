import { age } from './time-words.ts'

/** "live", "cached 12 min", "last good 3 h", or the name of the fallback. */
export function provenanceWords(source: string, asOf: string, nowMs: number): string {
  if (source === 'cache') return `cached ${age(asOf, nowMs)}`
  if (source === 'last-good') return `last good ${age(asOf, nowMs)}`
  if (source === 'none') return 'left out'
  return source
}
