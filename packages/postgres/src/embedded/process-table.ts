import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errorCode } from 'seaworthy/core'

/** Whether a process of that number lives, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/**
 * A text that tells this process from an earlier or later one of the same number; undefined when it does not live.
 * Numbers are used again soon in containers.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    // The second field is a command in parentheses that may hold spaces; the start time is the 22nd.
    const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${bootId.trim()}/${startedAt}`
  } catch {
    return ps(pid, 'lstart=')
  }
}

/** The command line of a process; undefined when it does not live. */
export async function commandLine(pid: number): Promise<string | undefined> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
  } catch {
    return ps(pid, 'command=')
  }
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', column])
    return stdout.trim() === '' ? undefined : stdout.trim()
  } catch {
    return undefined
  }
}
