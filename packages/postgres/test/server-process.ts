import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** A process of its own that runs an embedded server. */
export interface ServerProcess {
  readonly child: ChildProcess
  /** What it said first: its address, or its error. */
  readonly first: { readonly url?: string; readonly error?: string; readonly notice?: string | null }
  /** Asks it to stop and waits for its end. */
  stop(): Promise<void>
  /** Settles when it has ended. */
  readonly ended: Promise<unknown>
  /** Kills it by SIGKILL and waits for its end. */
  kill(): Promise<void>
}

export interface ServerProcessOptions {
  readonly uid?: number
  readonly gid?: number
  /** Whether it waits to be asked to stop, or ends without stopping its server. Default `serve`. */
  readonly mode?: 'serve' | 'forget'
}

/** Starts it and does not wait for its first word. */
export function startServerProcess(
  dataDir: string,
  options: ServerProcessOptions = {},
): Omit<ServerProcess, 'first'> & { readonly child: ChildProcessByStdio<Writable, Readable, null> } {
  const script = fileURLToPath(new URL('fixtures/run-server.ts', import.meta.url))
  const { mode = 'serve', ...identity } = options
  const child = spawn(process.execPath, [script, dataDir, mode], {
    ...identity,
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  return {
    child,
    ended,
    async stop() {
      child.stdin.write('stop\n')
      await ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export async function spawnServer(
  dataDir: string,
  options: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const started = startServerProcess(dataDir, options)
  const [line] = (await Promise.race([
    once(started.child.stdout, 'data'),
    started.ended.then(() => ['{"error":"ended without a word"}']),
  ])) as [Buffer | string]
  return { ...started, first: JSON.parse(String(line)) }
}

/** The numbers of the processes whose command line holds the text. Linux only. */
export async function processesWith(text: string): Promise<readonly { pid: number; command: string }[]> {
  const found: { pid: number; command: string }[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(text)) found.push({ pid: Number(entry), command: command.replaceAll('\0', ' ') })
  }
  return found
}
