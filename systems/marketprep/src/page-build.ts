import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pageError } from './page-errors.ts'

export interface EnsurePageBuiltOptions {
  /** Takes one line when the page is built, or when an older build has to do. */
  readonly log: (line: string) => void
  /** The folder of the system. Default: the one of this file. */
  readonly systemDir?: string
}

export interface BuiltPage {
  /** The folder to serve: `index.html` and hashed assets. */
  readonly directory: string
  /** Whether this call built it. */
  readonly built: boolean
}

/**
 * Gives the folder of the built page and builds it first when its sources changed since. The stamp beside it is a hash
 * of the sources, so a checkout that only touches times builds nothing. Without vite an existing build is used as it
 * is. Throws ERR_PAGE_NOT_BUILT when there is neither.
 */
export async function ensurePageBuilt(options: EnsurePageBuiltOptions): Promise<BuiltPage> {
  const { log, systemDir = fileURLToPath(new URL('..', import.meta.url)) } = options
  const directory = join(systemDir, 'dist/page')
  const stampFile = join(systemDir, 'dist/page.stamp')
  const isThere = existsSync(join(directory, 'index.html'))
  const stamp = existsSync(join(systemDir, 'src/page')) ? stampOf(systemDir) : undefined
  if (isThere && (stamp === undefined || readIfThere(stampFile) === stamp)) return { directory, built: false }

  const vite = stamp === undefined ? undefined : await loadVite()
  if (vite === undefined) {
    if (!isThere)
      throw pageError(
        'ERR_PAGE_NOT_BUILT',
        `Cannot serve the page: ${directory} must hold index.html, received nothing; install the development dependencies and start again`,
      )
    log('page: vite is not installed, the existing build is used')
    return { directory, built: false }
  }

  const building = join(systemDir, `dist/page-${process.pid}`)
  try {
    await vite.build({
      configFile: join(systemDir, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: building },
    })
    rmSync(directory, { recursive: true, force: true })
    renameSync(building, directory)
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  writeFileSync(stampFile, stamp ?? '')
  log('page: built')
  return { directory, built: true }
}

async function loadVite(): Promise<typeof import('vite') | undefined> {
  try {
    return await import('vite')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

const isSource = (path: string): boolean => !path.includes('/testing/') && !/\.test\.tsx?$/.test(path)

/** A hash of everything that the built page depends on; the tests of the page are left out. */
function stampOf(systemDir: string): string {
  const pageDir = join(systemDir, 'src/page')
  const files = readdirSync(pageDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isSource)
    .concat(join(systemDir, 'vite.config.ts'), join(systemDir, 'package.json'))
  const hash = createHash('sha256')
  for (const file of files.toSorted()) {
    hash.update(relative(systemDir, file)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

const readIfThere = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined
