import type { Clock } from 'seaworthy/core'

/** A body being read. */
export type BodyReader = ReadableStreamDefaultReader<Uint8Array>

/** How much of an unwanted body is still read, so that its connection can be used again: bytes, and milliseconds. */
export const discardLimits = { bytes: 262_144, ms: 1_000 } as const

/**
 * Reads a body to its end, or until more than `maxBytes` have come: then the rest is cancelled.
 *
 * @param take gets each piece
 * @returns whether the end was reached
 */
export async function readUpTo(
  reader: BodyReader,
  maxBytes: number,
  take: (piece: Uint8Array) => void = ignore,
): Promise<boolean> {
  let bytes = 0
  for (;;) {
    const piece = await reader.read()
    if (piece.done) return true
    bytes += piece.value.byteLength
    if (bytes > maxBytes) {
      // The other branch of a body that was cloned may go on, so that nobody can tell when this settles.
      reader.cancel().catch(ignore)
      return false
    }
    take(piece.value)
  }
}

/**
 * Throws a body away. A small one is read to its end, because cancelling it would close the connection; what is larger
 * or slower than {@link discardLimits} is cancelled. One that is being read is left alone.
 */
export function discardBody(response: Response, clock: Clock): void {
  const { body } = response
  if (body === null || body.locked) return
  const reader = body.getReader()
  const timer = clock.schedule(discardLimits.ms, () => void reader.cancel().catch(ignore))
  readUpTo(reader, discardLimits.bytes)
    .catch(ignore)
    .finally(() => timer.cancel())
}

function ignore(): void {}
