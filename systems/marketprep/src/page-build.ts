import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sleep, systemClock, type Clock } from 'seaworthy/core'
import type * as ViteModule from 'vite'
import { pageError } from './page-errors.ts'

export interface EnsurePageBuiltOptions {
  /** Takes one line when the page is built, or when an older build has to do. */
  readonly log: (line: string) => void
  /** The folder of the system. Default: the one of this file. */
  readonly systemDir?: string
  /** Default: the system's clock. */
  readonly clock?: Clock
}

export interface BuiltPage {
  /** The folder to serve: `index.html` and hashed assets. */
  readonly directory: string
  /** Whether this call built it. */
  readonly built: boolean
}

/** How often to look whether another process has finished the same build. */
const lockPollMs = 100
/** A lock older than this belongs to a process that died while building. */
const lockStaleMs = 60_000

/**
 * Gives the folder of the built page and builds it first when its sources changed since. The stamp beside it is a hash
 * of the sources, so a checkout that only touches times builds nothing. Of several processes one builds, the others
 * wait for it. Without vite an existing build is used as it is. Throws ERR_PAGE_NOT_BUILT when there is neither.
 */
export async function ensurePageBuilt(options: EnsurePageBuiltOptions): Promise<BuiltPage> {
  const { log, systemDir = fileURLToPath(new URL('..', import.meta.url)), clock = systemClock } = options
  const dist = join(systemDir, 'dist')
  const directory = join(dist, 'page')
  const isThere = () => existsSync(join(directory, 'index.html'))
  const stamp = existsSync(join(systemDir, 'src/page')) ? stampOf(systemDir) : undefined
  const isCurrent = () =>
    isThere() && (stamp === undefined || readIfThere(join(dist, 'page.stamp')) === stamp)
  if (isCurrent()) return { directory, built: false }

  const vite = stamp === undefined ? undefined : await loadVite()
  if (vite === undefined || stamp === undefined) {
    if (!isThere()) throw notBuilt(directory)
    log('page: vite is not installed, the existing build is used')
    return { directory, built: false }
  }

  mkdirSync(dist, { recursive: true })
  while (!tryLock(dist, clock)) {
    await sleep(clock, lockPollMs)
    if (isCurrent()) return { directory, built: false }
  }
  try {
    await build(vite, systemDir)
    writeFileSync(join(dist, 'page.stamp'), stamp)
  } finally {
    rmSync(join(dist, 'page.lock'), { recursive: true, force: true })
  }
  log('page: built')
  return { directory, built: true }
}

type Vite = Pick<typeof ViteModule, 'build'>

/** Builds beside the old build and then changes them over, so that a failed build leaves the old one. */
async function build(vite: Vite, systemDir: string): Promise<void> {
  const fresh = join(systemDir, 'dist/page-new')
  const nodeEnv = process.env['NODE_ENV']
  // Vite takes React's development build when NODE_ENV names anything but production.
  process.env['NODE_ENV'] = 'production'
  try {
    await vite.build({
      configFile: join(systemDir, 'vite.config.ts'),
      mode: 'production',
      logLevel: 'silent',
      build: { outDir: fresh },
    })
  } finally {
    if (nodeEnv === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = nodeEnv
  }
  rmSync(join(systemDir, 'dist/page'), { recursive: true, force: true })
  renameSync(fresh, join(systemDir, 'dist/page'))
}

/** Making a folder is atomic; whoever makes it builds. A lock of a dead process is taken away. */
function tryLock(dist: string, clock: Clock): boolean {
  const lock = join(dist, 'page.lock')
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    const madeAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
    if (madeAt !== undefined && clock.wallTime() - madeAt > lockStaleMs) {
      rmSync(lock, { recursive: true, force: true })
    }
    return false
  }
}

async function loadVite(): Promise<Vite | undefined> {
  try {
    return await import('vite')
  } catch (error) {
    if (hasCode(error, 'ERR_MODULE_NOT_FOUND')) return undefined
    throw error
  }
}

const isSource = (path: string): boolean => !path.includes('/testing/') && !/\.test\.tsx?$/.test(path)

/** A hash of everything that the built page depends on; the tests of the page are left out. */
function stampOf(systemDir: string): string {
  const files = readdirSync(join(systemDir, 'src/page'), { recursive: true, withFileTypes: true })
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

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const readIfThere = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined

const notBuilt = (directory: string) =>
  pageError(
    'ERR_PAGE_NOT_BUILT',
    `Cannot serve the page: ${directory} must hold index.html, received nothing; install the development dependencies and start again`,
  )
