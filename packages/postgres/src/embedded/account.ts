import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** An operating system user that programs can run as. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * The user to run PostgreSQL as, which refuses to run as root: `postgres` if the machine has it, else `nobody`.
 * Undefined when this process is not root, and PostgreSQL then runs as the same user.
 */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8').catch(() => ''))
  return accounts.get('postgres') ?? accounts.get('nobody') ?? { name: 'nobody', uid: 65_534, gid: 65_534 }
}

/** As root: the user that an existing cluster belongs to, as PostgreSQL opens only its own. */
export async function ownerOf(path: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(path).catch(() => undefined)
  if (owner === undefined || owner.uid === 0) return undefined
  return { name: String(owner.uid), uid: owner.uid, gid: owner.gid }
}

/** The users of a passwd file, without root. */
export function parseAccounts(passwd: string): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>()
  for (const line of passwd.split('\n')) {
    const [name, , uidText, gidText] = line.split(':')
    const [uid, gid] = [Number(uidText), Number(gidText)]
    if (name === undefined || !Number.isInteger(uid) || uid <= 0 || !Number.isInteger(gid)) continue
    accounts.set(name, { name, uid, gid })
  }
  return accounts
}

/** Whether the user can reach the path: each folder above lets it pass, and the path itself can be read and entered. */
export async function canUse(account: Account, path: string): Promise<boolean> {
  if (!(await permits(account, path, 0o5))) return false
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!(await permits(account, folder, 0o1))) return false
    if (folder === dirname(folder)) return true
  }
}

async function permits(account: Account, path: string, wanted: number): Promise<boolean> {
  const { uid, gid, mode } = await stat(path)
  if (uid === account.uid) return ((mode >> 6) & wanted) === wanted
  if (gid === account.gid) return ((mode >> 3) & wanted) === wanted
  return (mode & wanted) === wanted
}
