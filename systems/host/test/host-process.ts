import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { descendantsOf, processesOn } from './processes.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Longer than any single step takes on a busy machine. */
export const patience = { timeout: 60_000, interval: 25 } as const

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Starts through the bootstrap as npm does, in a process group of its own. */
  readonly bootstrap?: boolean
}

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A folder that PostgreSQL's user may enter, so that a run as root leaves nothing outside of it. */
export function temporaryDataDir(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'seaworthy-host-'))
  chmodSync(path, 0o755)
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A port that was free a moment ago, and so was the one after it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await portOf(0)
    if (port < 65_535 && (await portOf(port + 1).catch(() => 0)) === port + 1) return port
  }
}

function portOf(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** The real program in a process of its own. */
export class HostProcess implements AsyncDisposable {
  readonly url: string
  readonly ended: Promise<Ending>
  readonly #child: ChildProcess
  readonly #dataDir: string
  readonly #bootstrap: boolean
  #output = ''
  #errors = ''

  constructor(port: number, dataDir: string, { env = {}, args = [], bootstrap = false }: StartOptions = {}) {
    this.url = `http://127.0.0.1:${port}`
    this.#dataDir = dataDir
    this.#bootstrap = bootstrap
    const command = bootstrap ? ['tools/bootstrap.mjs', 'start'] : ['systems/host/src/main.ts']
    this.#child = spawn(process.execPath, [...command, ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: bootstrap,
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString('utf8')))
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString('utf8')))
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }))
    })
  }

  /** What it wrote to standard output. */
  get output(): string {
    return this.#output
  }

  /** What it wrote to standard error. */
  get errors(): string {
    return this.#errors
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The address of the simulators, once it is ready. */
  get simulators(): string {
    const found = /Simulated services.*: (http:\S+)\//.exec(this.#output)?.[1]
    if (found === undefined) throw new Error(`the host is not ready: ${this.#output}${this.#errors}`)
    return found
  }

  /** @returns after how many milliseconds it said so */
  async ready(): Promise<number> {
    const from = performance.now()
    await vi.waitFor(async () => {
      if (this.#child.exitCode !== null) return
      const { status } = await fetch(`${this.url}/health/ready`)
      if (status !== 200 || !this.#output.includes('Ctrl-C stops everything')) throw new Error('not ready')
    }, patience)
    if (this.#child.exitCode !== null) throw new Error(`the host ended: ${this.#output}${this.#errors}`)
    return performance.now() - from
  }

  /** The number of the database's main process. */
  postmaster(): number {
    return Number(readFileSync(join(this.#dataDir, 'postgres/pgdata/postmaster.pid'), 'utf8').split('\n')[0])
  }

  descendants(): readonly number[] {
    return descendantsOf(this.pid)
  }

  /** Sends a signal: to the whole process group, as a terminal does, when it was started through the bootstrap. */
  kill(signal: NodeJS.Signals): void {
    process.kill(this.#bootstrap ? -this.pid : this.pid, signal)
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.kill(signal)
    return this.ended
  }

  /** Ends it for certain, together with what it left on its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    for (const line of processesOn(this.#dataDir)) {
      try {
        process.kill(Number.parseInt(line, 10), 'SIGKILL')
      } catch {
        continue
      }
    }
  }
}
