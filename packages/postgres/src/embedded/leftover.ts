import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { postgresError } from '../postgres-errors.ts'
import { readPostmasterFile } from './cluster.ts'
import { commandLine } from './process-table.ts'
import { runProgram } from './run-program.ts'
import type { Site } from './site.ts'

const stopWaitSeconds = 30

/**
 * Stops the server that a killed process left on this cluster, cleanly, so that its data is whole before the next one
 * opens it. Call it only while holding the folder.
 *
 * @throws SeaworthyError ERR_DATABASE_START when it does not stop
 */
export async function stopLeftover(site: Site): Promise<void> {
  const left = await readPostmasterFile(site)
  if (left === undefined) return
  if (!(await isPostmasterOf(left.pid, site))) {
    // The number may belong to a stranger by now, and PostgreSQL refuses to start while any process has it.
    await rm(join(site.cluster, 'postmaster.pid'), { force: true })
    return
  }
  const { output } = await runProgram(site, 'pg_ctl', [
    'stop',
    `--pgdata=${site.cluster}`,
    '--mode=fast',
    '--wait',
    `--timeout=${stopWaitSeconds}`,
  ])
  if (!(await isPostmasterOf(left.pid, site))) return
  throw postgresError(
    'ERR_DATABASE_START',
    `Cannot start the embedded database: the server ${left.pid} left by an earlier process must stop within ${stopWaitSeconds} s: ${output}`,
    { details: { pid: left.pid } },
  )
}

async function isPostmasterOf(pid: number, site: Site): Promise<boolean> {
  const command = await commandLine(pid)
  return command !== undefined && command.includes('postgres') && command.includes(site.cluster)
}
