import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'
import { processIdentity } from './process-table.ts'

/** A data folder that is ours until released. */
export interface FolderLock {
  release(): Promise<void>
}

interface Holder {
  readonly pid: number
  readonly identity: string | undefined
}

/** More than processes that start on one folder at once; each attempt is a few file operations. */
const attemptsMax = 50

/**
 * Takes a data folder for this process. The lock of a process that is gone is taken over. It holds among processes
 * that see each other: not between two containers that share a volume.
 *
 * @throws SeaworthyError ERR_DATABASE_IN_USE when a live process has it
 */
export async function lockFolder(dataDir: string): Promise<FolderLock> {
  const path = join(dataDir, 'seaworthy.lock')
  const mine = JSON.stringify({ pid: process.pid, identity: await processIdentity(process.pid) })
  // Written aside and linked, so that nobody ever reads half a lock.
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, mine, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (await tryLink(draft, path)) return { release: () => rm(path, { force: true }) }
      await removeIfAbandoned({ path, draft, dataDir })
    }
    throw inUse(dataDir, undefined)
  } finally {
    await rm(draft, { force: true })
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

interface Contest {
  readonly path: string
  readonly draft: string
  readonly dataDir: string
}

/**
 * Removes the lock of a process that is gone. Only whoever holds the guard removes, and looks again first: a lock that
 * another process has taken meanwhile stays.
 */
async function removeIfAbandoned({ path, draft, dataDir }: Contest): Promise<void> {
  const seen = await readLock(path)
  if (seen === undefined) return
  const alive = await livingHolder(seen)
  if (alive !== undefined) throw inUse(dataDir, alive)
  const guard = `${path}.guard`
  if (!(await tryLink(draft, guard))) {
    const guarding = await readLock(guard)
    // The guard of a process that died within the moment that it holds one.
    if (guarding !== undefined && (await livingHolder(guarding)) === undefined)
      await rm(guard, { force: true })
    return
  }
  try {
    if ((await readLock(path)) === seen) await rm(path, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

/** The number of the process that a lock names, while that process lives. */
async function livingHolder(content: string): Promise<number | undefined> {
  const holder = parseHolder(content)
  if (holder?.identity === undefined) return undefined
  return (await processIdentity(holder.pid)) === holder.identity ? holder.pid : undefined
}

async function readLock(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

function parseHolder(content: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(content)
    if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined
    if (typeof value.pid !== 'number') return undefined
    const identity = 'identity' in value && typeof value.identity === 'string' ? value.identity : undefined
    return { pid: value.pid, identity }
  } catch {
    return undefined
  }
}

function inUse(dataDir: string, pid: number | undefined): Error {
  const who = pid === undefined ? 'another process' : `process ${pid}`
  return postgresError(
    'ERR_DATABASE_IN_USE',
    `Cannot start the embedded database: the data folder ${dataDir} must be used by one process at a time, and ${who} uses it; stop that process, or set DATA_DIR to another folder`,
    { details: { dataDir, pid } },
  )
}
