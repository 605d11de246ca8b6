import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process as /proc shows it. */
interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
  readonly folder: string
}

function table(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The second field is a command in parentheses that may hold spaces.
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        if (state === 'Z') return []
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        const folder = readlinkSync(`/proc/${name}/cwd`)
        return [{ pid: Number(name), parent: Number(parent), command, folder }]
      } catch {
        return []
      }
    })
}

/** Every process that descends from one. */
export function descendantsOf(pid: number): readonly number[] {
  const all = table()
  const found = [pid]
  for (const each of found)
    found.push(...all.filter(({ parent }) => parent === each).map((child) => child.pid))
  return found.slice(1)
}

/**
 * Every process that works in a folder or was started with its path: what a host started on that data folder, whoever
 * its parent is by now.
 */
export function processesOn(folder: string): readonly string[] {
  return table()
    .filter((each) => each.folder.startsWith(folder) || each.command.includes(folder))
    .map(({ pid, command }) => `${pid} ${command}`)
}

/** Whether a process of that number lives. A zombie does not. */
export function isAlive(pid: number): boolean {
  return table().some((each) => each.pid === pid)
}
