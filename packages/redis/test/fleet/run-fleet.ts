import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { monotonicUs, type GoMessage, type WorkerMessage, type WorkerPlan } from './messages.ts'
import { judge, type FleetRun, type Start, type Verdict } from './verdict.ts'

export interface FleetOptions extends FleetRun {
  /** Where Redis is, for all workers or for each. */
  readonly url: string | ((worker: number) => string)
  readonly client: 'node-redis' | 'ioredis'
  readonly startWithinMs?: number | undefined
  /** The callers ask within this time, each at a random moment of it. */
  readonly spreadMs: number
  /** Called after each start. */
  readonly onStart?: (started: number, workers: readonly FleetWorker[]) => void
}

/** A process of a fleet, for a test that holds it up. */
export interface FleetWorker {
  freeze(): void
  thaw(): void
}

/** Long enough for every worker to have heard of it. */
const leadUs = 300_000

/** Runs a fleet of processes whose callers all ask at about the same time, until each has had its turn. */
export async function runFleet(options: FleetOptions): Promise<Verdict & { readonly askedAgain: number }> {
  const workers = Array.from({ length: options.workers }, (_, worker) => new Worker(options, worker))
  try {
    await Promise.all(workers.map((worker) => worker.connected))
    const starts: Start[] = []
    const atUs = monotonicUs() + leadUs
    for (const worker of workers) {
      worker.onStart = (start) => {
        starts.push(start)
        options.onStart?.(starts.length, workers)
      }
      worker.go(atUs)
    }
    const askedAgain = await Promise.all(workers.map((worker) => worker.done))
    return { ...judge(options, starts), askedAgain: askedAgain.reduce((sum, count) => sum + count, 0) }
  } finally {
    await Promise.all(workers.map((worker) => worker.end()))
  }
}

class Worker implements FleetWorker {
  readonly connected: Promise<void>
  readonly done: Promise<number>
  onStart: (start: Start) => void = () => undefined
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(options: FleetOptions, worker: number) {
    const url = typeof options.url === 'string' ? options.url : options.url(worker)
    const { client, limit, intervalMs, spreadMs, startWithinMs } = options
    const callers =
      Math.floor(options.callers / options.workers) + (worker < options.callers % options.workers ? 1 : 0)
    const plan: WorkerPlan = { worker, url, client, callers, limit, intervalMs, spreadMs, startWithinMs }
    const script = fileURLToPath(new URL('worker.ts', import.meta.url))
    const child = spawn(process.execPath, [script, JSON.stringify(plan)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child = child
    this.#ended = once(child, 'exit')
    const connected = Promise.withResolvers<void>()
    const done = Promise.withResolvers<number>()
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as WorkerMessage
      if (message.type === 'connected') connected.resolve()
      else if (message.type === 'done') done.resolve(message.askedAgain)
      else this.onStart({ worker, ...message })
    })
    child.on('exit', (code) => {
      const error = new Error(`worker ${worker} ended with ${code}`)
      connected.reject(error)
      done.reject(error)
    })
    done.promise.catch(() => undefined)
    this.connected = connected.promise
    this.done = done.promise
  }

  go(atUs: number): void {
    const message: GoMessage = { type: 'go', atUs }
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`)
  }

  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
