import { spawn, type SpawnOptions } from 'node:child_process'
import { join } from 'node:path'
import type { Site } from './site.ts'

/** How a program ended. */
export interface ProgramResult {
  readonly exitCode: number | null
  /** The last part of what it wrote. */
  readonly output: string
}

const outputMax = 4_000

/** What every PostgreSQL program is started with: nothing of this process's environment can change it. */
export function programOptions(site: Site): SpawnOptions {
  const identity = site.account === undefined ? {} : { uid: site.account.uid, gid: site.account.gid }
  return {
    cwd: site.folder,
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin', HOME: site.folder },
    detached: true,
    ...identity,
  }
}

/** The full path of a PostgreSQL program. */
export function programPath(site: Site, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(site.programs, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/** Runs a PostgreSQL program to its end. Each of them has its own limit of time. */
export function runProgram(
  site: Site,
  name: 'initdb' | 'pg_ctl',
  args: readonly string[],
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(programPath(site, name), args, {
      ...programOptions(site),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-outputMax)
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, output: output.trim() }))
  })
}
