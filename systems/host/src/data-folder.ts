import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from 'seaworthy/core'
import { hostError } from './host-errors.ts'

/** Makes a folder and those above it. Node's own `recursive` never ends where nothing can be made, such as in /proc. */
function makeFolder(path: string): void {
  const made = statSync(path, { throwIfNoEntry: false })
  if (made?.isDirectory() === true) return
  const above = dirname(path)
  if (made === undefined && above !== path) makeFolder(above)
  mkdirSync(path)
}

/**
 * Makes the data folder when it is not there.
 *
 * @throws SeaworthyError ERR_BAD_CONFIGURATION when it cannot be made or written to
 */
export function ensureDataFolder(path: string): void {
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw hostError(
      'ERR_BAD_CONFIGURATION',
      `Cannot start: DATA_DIR must be a folder that this user may write to, received ${JSON.stringify(path)} (${errorCode(cause) ?? 'unknown'}); make it one, or set DATA_DIR to another folder`,
      { cause, details: { variable: 'DATA_DIR', path } },
    )
  }
}
