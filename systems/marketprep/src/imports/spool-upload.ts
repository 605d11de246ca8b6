import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { abortReason } from 'seaworthy/core'
import { importError } from './import-errors.ts'

/** An upload, complete, in a file that goes away with this. */
export interface SpooledUpload extends AsyncDisposable {
  readonly bytes: number
  read(): AsyncIterable<Uint8Array>
}

export interface SpoolOptions {
  readonly bytesMax: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Puts an upload into a file first. A slow sender then holds no database connection, and a broken upload touches
 * nothing.
 *
 * @throws SeaworthyError ERR_IMPORT_TOO_LARGE
 */
export async function spoolUpload(
  upload: AsyncIterable<Uint8Array | string>,
  options: SpoolOptions,
): Promise<SpooledUpload> {
  const { bytesMax, signal } = options
  const folder = await mkdtemp(join(tmpdir(), 'marketprep-import-'))
  const path = join(folder, 'upload.csv')
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  let bytes = 0
  async function* counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of upload) {
      const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      bytes += data.length
      if (bytes > bytesMax) throw tooLarge(bytesMax)
      yield data
    }
  }
  try {
    await pipeline(counted(), createWriteStream(path, { mode: 0o600 }), { ...(signal && { signal }) })
  } catch (error) {
    await remove()
    throw signal?.aborted === true ? abortReason(signal) : error
  }
  return { bytes, read: () => createReadStream(path), [Symbol.asyncDispose]: remove }
}

function tooLarge(bytesMax: number): Error {
  return importError(
    'ERR_IMPORT_TOO_LARGE',
    `Cannot import the file: it must have at most ${bytesMax} bytes, received more; export a shorter range of days`,
    { details: { bytesMax } },
  )
}
