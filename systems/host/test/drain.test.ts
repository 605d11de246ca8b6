import { Agent, get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort, HostProcess, patience, temporaryDataDir } from './host-process.ts'

const dataDir = temporaryDataDir()
let host: HostProcess

beforeAll(async () => {
  host = new HostProcess(await freePort(), dataDir.path, { env: { DEMO: 'off' } })
  await host.ready()
}, 120_000)

afterAll(async () => {
  await host[Symbol.asyncDispose]()
  dataDir[Symbol.dispose]()
}, 60_000)

interface Reply {
  readonly status: number
  /** Whether the server asked not to use the connection again. */
  readonly last: boolean
}

/** One caller with one connection, who asks again as soon as there is an answer, until told that the connection closes. */
class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #path: string
  readonly replies: Reply[] = []
  readonly failures: unknown[] = []

  constructor(path: string) {
    this.#path = path
  }

  async run(): Promise<void> {
    try {
      while (this.replies.at(-1)?.last !== true) this.replies.push(await this.#ask())
    } catch (error) {
      this.failures.push(error)
    } finally {
      this.#agent.destroy()
    }
  }

  #ask(): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = get(`${host.url}${this.#path}`, { agent: this.#agent }, (response) => {
        const reply = {
          status: response.statusCode ?? 0,
          last: response.headers.connection?.toLowerCase() === 'close',
        }
        response.once('error', reject)
        response.once('end', () => resolve(reply)).resume()
      })
      request.once('error', reject)
    })
  }
}

describe('drain of the host', { timeout: 60_000 }, () => {
  test('SIGTERM under load: of 50 callers on open connections none loses a request, exit code 0', async () => {
    const paths = ['/metrics', '/health/live', '/health/ready', '/marketprep/', '/marketprep/docs']
    const callers = Array.from({ length: 50 }, (_, i) => new Caller(paths[i % paths.length] ?? '/'))
    const running = Promise.all(callers.map((caller) => caller.run()))
    await vi.waitFor(() => {
      for (const { replies } of callers) expect(replies.length).toBeGreaterThan(3)
    }, patience)
    const before = callers.reduce((sum, { replies }) => sum + replies.length, 0)
    expect(await host.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    await running
    expect(callers.flatMap(({ failures }) => failures)).toEqual([])
    const replies = callers.flatMap((caller) => caller.replies)
    expect(replies.length).toBeGreaterThan(before)
    expect(replies.filter(({ status }) => status >= 500 && status !== 503)).toEqual([])
    for (const [i, caller] of callers.entries()) {
      const readiness = paths[i % paths.length] === '/health/ready'
      const unavailable = caller.replies.filter(({ status }) => status === 503)
      if (readiness) expect(caller.replies.at(-1)?.status).toBe(503)
      else expect(unavailable).toEqual([])
    }
    expect(host.errors).toBe('')
  })
})
