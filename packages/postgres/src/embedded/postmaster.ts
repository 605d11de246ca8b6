import { spawn, type ChildProcess } from 'node:child_process'
import { Ring, sleep, type Clock } from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'
import { readPostmasterFile } from './cluster.ts'
import { programOptions, programPath } from './run-program.ts'
import type { Site } from './site.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'

export interface PostmasterOptions {
  readonly port: number
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
  /** Gives the start up. */
  readonly signal?: AbortSignal | undefined
}

const pollMs = 25
const lineMax = 2_000
const linesKept = 20

/** One running server: a child in a session of its own, so that a terminal's Ctrl-C reaches only this process. */
export class Postmaster {
  readonly #child: ChildProcess
  readonly #options: PostmasterOptions
  readonly #lastLines = new Ring<string>(linesKept)
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>
  #watchdog: Watchdog | undefined
  #running = true
  #ready = false
  #stopping: Promise<void> | undefined

  private constructor(site: Site, options: PostmasterOptions) {
    this.#options = options
    this.#child = spawn(programPath(site, 'postgres'), serverArguments(site, options.port), {
      ...programOptions(site),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.ended = new Promise((resolve) => {
      const ended = (): void => {
        this.#running = false
        if (this.#ready && this.#stopping === undefined)
          options.log('the embedded database ended without being asked to')
        resolve()
      }
      this.#child.once('exit', ended)
      this.#child.once('error', (error) => {
        this.#lastLines.push(error.message)
        ended()
      })
    })
    this.#readLog()
    // At once, since this process may be killed while the server recovers.
    if (this.#child.pid !== undefined) this.#watchdog = startWatchdog(site, this.#child.pid)
  }

  /**
   * Starts a server and waits until it takes connections.
   *
   * @throws SeaworthyError ERR_DATABASE_START with the server's last lines
   */
  static async start(site: Site, options: PostmasterOptions): Promise<Postmaster> {
    const postmaster = new Postmaster(site, options)
    try {
      await postmaster.#untilReady(site)
    } catch (error) {
      await postmaster.stop()
      throw error
    }
    postmaster.#ready = true
    postmaster.#child.unref()
    return postmaster
  }

  async #untilReady(site: Site): Promise<void> {
    const { clock, startTimeoutMs, signal } = this.#options
    const startedAt = clock.now()
    while (this.#running) {
      const file = await readPostmasterFile(site)
      signal?.throwIfAborted()
      if (file?.pid === this.#child.pid && file?.ready === true) return
      if (clock.now() - startedAt > startTimeoutMs)
        throw this.#failure(`be ready within ${startTimeoutMs} ms`)
      await sleep(clock, pollMs, signal)
    }
    throw this.#failure('stay up')
  }

  #failure(must: string): Error {
    return postgresError(
      'ERR_DATABASE_START',
      `Cannot start the embedded database: the server must ${must}; its last lines:\n${[...this.#lastLines].join('\n')}`,
    )
  }

  /**
   * Stops the server: connections are cut and a checkpoint is written (fast shutdown); after two thirds of the limit
   * without one (the next start recovers from the log); at the limit by force.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    const { clock, stopTimeoutMs } = this.#options
    if (this.#running) {
      this.#child.ref()
      this.#child.kill('SIGINT')
      using _quit = clock.schedule((stopTimeoutMs * 2) / 3, () => this.#child.kill('SIGQUIT'))
      using _kill = clock.schedule(stopTimeoutMs, () => this.#child.kill('SIGKILL'))
      await this.ended
    }
    await this.#watchdog?.stop()
  }

  #readLog(): void {
    let rest = ''
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n')
      rest = (lines.pop() ?? '').slice(0, lineMax)
      for (const line of lines) {
        this.#lastLines.push(line.slice(0, lineMax))
        this.#options.log(line.slice(0, lineMax))
      }
    })
    unreference(this.#child.stderr)
  }
}

function serverArguments(site: Site, port: number): readonly string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '128MB',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_min_messages: 'warning',
    timezone: 'UTC',
    log_timezone: 'UTC',
  }
  return [
    '-D',
    site.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

/** Lets the process end although the stream is open. */
function unreference(stream: object | null): void {
  if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
}
