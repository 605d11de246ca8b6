import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '../../../..')
const outputLinesMax = 200

/** The whole product in a process of its own, as `npm start` runs it, with an empty data folder. */
export interface RunningHost extends AsyncDisposable {
  readonly origin: string
  /** Where the stand-ins of the outside services answer. */
  readonly simulators: string
  readonly dataDir: string
  /** The last lines it wrote, for a failure to show. */
  readonly output: readonly string[]
}

/** A port that is free now; Square's redirect needs one that is known before the start. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves with the address of the simulators, which is told after everything has started. */
async function readiness(child: ChildProcess, output: string[]): Promise<string> {
  if (child.stdout === null || child.stderr === null) throw new TypeError('the host must have pipes')
  createInterface(child.stderr).on('line', (line) => remember(output, line))
  const ready = Promise.withResolvers<string>()
  createInterface(child.stdout).on('line', (line) => {
    remember(output, line)
    const simulators = /Simulated services[^:]*: (http:\/\/\S+?)\/?$/.exec(line)?.[1]
    if (simulators !== undefined) ready.resolve(simulators)
  })
  child.once('exit', (code) =>
    ready.reject(new Error(`the host ended with ${code} before it was ready:\n${output.join('\n')}`)),
  )
  return ready.promise
}

function remember(output: string[], line: string): void {
  output.push(line)
  if (output.length > outputLinesMax) output.shift()
}

export async function startHost(): Promise<RunningHost> {
  const dataDir = await mkdtemp(join(tmpdir(), 'marketprep-e2e-'))
  // Under root the database runs as another user, who must be able to enter the folder.
  await chmod(dataDir, 0o755)
  const port = await freePort()
  const child = spawn(process.execPath, [join(root, 'systems/host/src/main.ts')], {
    cwd: root,
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir, NODE_ENV: 'development' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => child.kill('SIGTERM')
  // Also when the start fails or takes too long, and nobody gets a host to dispose of.
  process.once('exit', stop)
  const output: string[] = []
  const simulators = await readiness(child, output)
  return {
    origin: `http://127.0.0.1:${port}`,
    simulators,
    dataDir,
    output,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        const ended = once(child, 'exit')
        stop()
        await ended
      }
      process.off('exit', stop)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
