import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { postgresError } from '../postgres-errors.ts'
import { canUse, ownerOf, unprivilegedAccount, type Account } from './account.ts'
import { linkLibraries, type Binaries } from './binaries.ts'

/** Where one embedded server has its programs and its data, and as whom it runs. */
export interface Site {
  /** The folder with `bin`, `lib` and `share`. */
  readonly programs: string
  /** The folder that holds the cluster and its password. */
  readonly folder: string
  /** The cluster: PostgreSQL's own data folder. */
  readonly cluster: string
  /** The user the programs run as; undefined for the user of this process. */
  readonly account: Account | undefined
  /** What an operator should know about the place. */
  readonly notice: string | undefined
}

export interface SiteOptions {
  /** The folder that was asked for, in full. */
  readonly dataDir: string
  /** Where to go when it cannot be entered. */
  readonly fallbackDir: string
  readonly binaries: Binaries
}

/**
 * Chooses the place. Everything is in the data folder, unless this process is root and the user that PostgreSQL runs
 * as cannot enter that folder, or the one of the programs: what it cannot enter then goes under `fallbackDir`.
 */
export async function chooseSite(options: SiteOptions): Promise<Site> {
  const { dataDir, fallbackDir, binaries } = options
  const account = (await ownerOf(join(dataDir, 'pgdata'))) ?? (await unprivilegedAccount())
  if (account === undefined) {
    await linkLibraries(binaries.root)
    return site({ programs: binaries.root, folder: dataDir, account, notice: undefined })
  }
  const refuge = join(fallbackDir, createHash('sha256').update(dataDir).digest('hex').slice(0, 12))
  const programsReachable = await canUseAll(account, binaries.root)
  const dataReachable = await staysInDataDir(account, { dataDir, refuge })
  if (!programsReachable || !dataReachable) {
    await makeOpenFolder(refuge)
    await writeFile(join(refuge, 'origin'), `${dataDir}\n`, { mode: 0o600 })
  }
  const programs = programsReachable ? binaries.root : await copyPrograms(binaries, refuge)
  await linkLibraries(programs)
  const folder = dataReachable ? dataDir : refuge
  return site({
    programs,
    folder,
    account,
    notice: noticeOf(account, { programsReachable, dataReachable, refuge }),
  })
}

/** A cluster stays where it is: a change of permissions must not make an empty one beside it. */
async function staysInDataDir(
  account: Account,
  where: { dataDir: string; refuge: string },
): Promise<boolean> {
  if (await exists(join(where.refuge, 'pgdata'))) return false
  const reachable = await canUse(account, where.dataDir)
  if (reachable || !(await exists(join(where.dataDir, 'pgdata')))) return reachable
  throw postgresError(
    'ERR_DATABASE_START',
    `Cannot start the embedded database: user "${account.name}" must be able to enter ${where.dataDir}, which holds its data; allow it with chmod o+x on that folder and those above`,
  )
}

function site(parts: Omit<Site, 'cluster'>): Site {
  return Object.freeze({ ...parts, cluster: join(parts.folder, 'pgdata') })
}

function noticeOf(
  account: Account,
  where: { programsReachable: boolean; dataReachable: boolean; refuge: string },
): string | undefined {
  if (where.programsReachable && where.dataReachable) return undefined
  const moved = [
    ...(where.dataReachable ? [] : ['data']),
    ...(where.programsReachable ? [] : ['a copy of its programs']),
  ].join(' and ')
  return `The embedded database has its ${moved} in ${where.refuge}: PostgreSQL does not run as root, and the user "${account.name}" it runs as cannot enter this folder`
}

async function canUseAll(account: Account, root: string): Promise<boolean> {
  const samples = ['bin', 'bin/postgres', 'bin/initdb', 'lib', 'share/postgresql']
  for (const sample of samples) {
    if (!(await canUse(account, join(root, sample)))) return false
  }
  return true
}

async function copyPrograms(binaries: Binaries, refuge: string): Promise<string> {
  const target = join(refuge, `postgresql-${binaries.version}`, 'native')
  if (await exists(target)) return target
  const draft = `${target}.draft`
  await rm(draft, { recursive: true, force: true })
  await makeOpenFolder(join(refuge, `postgresql-${binaries.version}`))
  await copyTree(binaries.root, draft)
  await rename(draft, target)
  return target
}

async function copyTree(from: string, to: string): Promise<void> {
  await makeOpenFolder(to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isFile()) {
      await copyFile(source, target)
      await chmod(target, 0o755)
    }
  }
}

/** Makes the folder enterable by all, whatever the umask. */
async function makeOpenFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o755 })
  if (first === undefined) return
  for (let folder = path; folder.length >= first.length; folder = join(folder, '..'))
    await chmod(folder, 0o755)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
