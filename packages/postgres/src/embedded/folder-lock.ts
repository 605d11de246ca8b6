import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
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

const attemptsMax = 5

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
      await removeIfAbandoned(path, dataDir)
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

async function removeIfAbandoned(path: string, dataDir: string): Promise<void> {
  const seen = await readLock(path)
  if (seen === undefined) return
  const holder = parseHolder(seen)
  const identity = holder === undefined ? undefined : await processIdentity(holder.pid)
  if (holder !== undefined && identity !== undefined && identity === holder.identity)
    throw inUse(dataDir, holder.pid)
  // Moved aside before it is removed: between the look and the removal another process may have taken it.
  const aside = `${path}.${randomBytes(4).toString('hex')}.old`
  await rename(path, aside).catch(() => undefined)
  const removed = await readLock(aside)
  if (removed !== undefined && removed !== seen) await tryLink(aside, path)
  await rm(aside, { force: true })
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
