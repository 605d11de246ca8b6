import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { postgresError } from '../postgres-errors.ts'
import { runProgram } from './run-program.ts'
import type { Site } from './site.ts'

/** The superuser that owns an embedded cluster. */
export const superuser = 'postgres'

/**
 * Makes the cluster when there is none, and returns the superuser's password. A cluster that a crash left half made is
 * made anew: it gets its name only when it is whole.
 *
 * @throws SeaworthyError ERR_DATABASE_START
 */
export async function ensureCluster(site: Site): Promise<string> {
  const passwordPath = join(site.folder, 'superuser-password')
  const known = await readFile(passwordPath, 'utf8').catch(() => undefined)
  const version = await readFile(join(site.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version === undefined) {
    const password = known ?? randomBytes(24).toString('base64url')
    await writeFile(passwordPath, password, { mode: 0o600 })
    await createCluster(site, password)
    return password
  }
  if (known === undefined) {
    throw failure(`the password file ${passwordPath} must exist beside the cluster; restore it from a backup`)
  }
  await checkVersion(site, version.trim())
  return known
}

async function checkVersion(site: Site, version: string): Promise<void> {
  const { output } = await runProgram(site, 'initdb', ['--version'])
  const major = /(\d+)(?:\.|\s|$)/.exec(output.replace(/^.*\)\s*/, ''))?.[1]
  if (major === version) return
  throw failure(
    `the cluster ${site.cluster} must be of version ${major ?? 'unknown'}, received ${version}; dump it with the older version and load it into the newer one`,
  )
}

async function createCluster(site: Site, password: string): Promise<void> {
  const draft = `${site.cluster}.draft`
  const passwordCopy = `${draft}.password`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordCopy, password, { mode: 0o600 })
  try {
    if (site.account !== undefined) {
      await chown(draft, site.account.uid, site.account.gid)
      await chown(passwordCopy, site.account.uid, site.account.gid)
    }
    const { exitCode, output } = await runProgram(site, 'initdb', initArguments(draft, passwordCopy))
    if (exitCode !== 0) throw failure(`initdb ended with ${exitCode}: ${output}`)
  } finally {
    await rm(passwordCopy, { force: true })
  }
  await rm(site.cluster, { recursive: true, force: true })
  await rename(draft, site.cluster)
}

function initArguments(folder: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ]
}

/** The numbers of a postmaster's own file. */
export interface PostmasterFile {
  readonly pid: number
  readonly port: number
  readonly ready: boolean
}

/** Reads `postmaster.pid`; undefined when there is none. */
export async function readPostmasterFile(site: Site): Promise<PostmasterFile | undefined> {
  const content = await readFile(join(site.cluster, 'postmaster.pid'), 'utf8').catch(() => undefined)
  const lines = content?.split('\n') ?? []
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

function failure(what: string): Error {
  return postgresError('ERR_DATABASE_START', `Cannot start the embedded database: ${what}`)
}
