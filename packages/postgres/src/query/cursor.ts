import { createHmac, timingSafeEqual } from 'node:crypto'
import { postgresError } from '../postgres-errors.ts'

export interface CursorOptions {
  /** The signing key: a random text of at least 32 characters. */
  readonly key: string
  /** What the cursor is of: the list's name, its columns, whose list it is. A cursor of another list is refused. */
  readonly scope: string
}

const signatureBytes = 16
const cursorMax = 2_000

/** A position in a list as opaque text: the values as PostgreSQL writes them, signed. */
export function encodeCursor(values: readonly string[], options: CursorOptions): string {
  const payload = Buffer.from(JSON.stringify(values))
  return Buffer.concat([sign(payload, options), payload]).toString('base64url')
}

/**
 * Reads a position back.
 *
 * @throws SeaworthyError ERR_BAD_CURSOR when it is malformed, altered, or of another list
 */
export function decodeCursor(cursor: string, options: CursorOptions): readonly string[] {
  if (cursor.length > cursorMax || !/^[\w-]+$/.test(cursor)) throw badCursor()
  const bytes = Buffer.from(cursor, 'base64url')
  // The decoder drops what is left over at the end.
  if (bytes.toString('base64url') !== cursor) throw badCursor()
  const payload = bytes.subarray(signatureBytes)
  if (bytes.length <= signatureBytes) throw badCursor()
  if (!timingSafeEqual(sign(payload, options), bytes.subarray(0, signatureBytes))) throw badCursor()
  const values: unknown = JSON.parse(payload.toString('utf8'))
  if (!Array.isArray(values)) throw badCursor()
  return values.map(String)
}

function sign(payload: Buffer, { key, scope }: CursorOptions): Buffer {
  return createHmac('sha256', key)
    .update(`${scope.length}:${scope}`)
    .update(payload)
    .digest()
    .subarray(0, signatureBytes)
}

function badCursor(): Error {
  return postgresError(
    'ERR_BAD_CURSOR',
    'Cannot read the cursor: it must be a "nextCursor" of the same list, unchanged; start again without one',
  )
}
