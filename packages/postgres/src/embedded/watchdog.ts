import { spawn } from 'node:child_process'
import { programOptions } from './run-program.ts'
import type { Site } from './site.ts'

/** Ends the server when this process is gone. */
export interface Watchdog {
  stop(): Promise<void>
}

/**
 * Its input ends when the process that holds the other end dies, however it dies. A server that was just started has not
 * written its number yet: it is waited for as long as the server lives, at most 10 s.
 */
const script = `while read -r line; do :; done
tries=0
while kill -0 "$2" && [ "$tries" -lt 100 ]; do
  if read -r pid < "$1/postmaster.pid" && [ "$pid" = "$2" ]; then kill -INT "$pid"; exit; fi
  tries=$((tries + 1)); sleep 0.1
done`

/**
 * Starts a shell that does nothing until this process dies, even by SIGKILL, and then asks the server to
 * stop: only that one, and not the next on the same cluster.
 */
export function startWatchdog(site: Site, serverPid: number): Watchdog {
  const child = spawn('/bin/sh', ['-c', script, 'seaworthy-watchdog', site.cluster, String(serverPid)], {
    ...programOptions(site),
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    // Without a shell there is no watchdog; the next start then stops the server that was left.
    child.once('error', () => resolve())
  })
  child.stdin?.on('error', () => undefined)
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function')
    child.stdin.unref()
  child.unref()
  return {
    async stop() {
      child.ref()
      child.kill('SIGKILL')
      await exited
    },
  }
}
