import { pino, type DestinationStream } from 'pino'

/** Bytes of lines that wait for a slow reader. */
const waitingBytesMax = 4 * 1024 * 1024

// One for the process: two writers on one descriptor could cut each other's lines in half.
let shared: DestinationStream | undefined
let dropped = 0

/**
 * Standard output without waiting for whoever reads it: lines that do not fit into 4 MiB are dropped. Those that wait are
 * written when the process ends.
 */
export function standardOutput(): DestinationStream {
  if (shared !== undefined) return shared
  const destination = pino.destination({ dest: 1, sync: false, maxLength: waitingBytesMax })
  destination.on('drop', () => dropped++)
  shared = destination
  return destination
}

/** How many lines this process has dropped. */
export function droppedLines(): number {
  return dropped
}
