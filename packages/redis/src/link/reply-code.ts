/**
 * The first word of an error that Redis itself answered with, such as `NOSCRIPT` or `READONLY`; undefined for errors of
 * the connection. Read from the text, as a client may come from another copy of its library.
 */
export function replyCode(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : ''
  return /^([A-Z][A-Z0-9]+) /.exec(message)?.[1]
}

/** Answers of a server that cannot serve now: it starts, has lost its primary or its cluster, or may not write. */
const passing: ReadonlySet<string | undefined> = new Set([
  'LOADING',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'BUSY',
  'OOM',
  'MISCONF',
  'NOREPLICAS',
])

/** Whether the answer says that this server cannot serve now, and not that the command is wrong. */
export function isPassing(code: string): boolean {
  return passing.has(code)
}
