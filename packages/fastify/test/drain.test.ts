import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'

interface Running {
  readonly child: ChildProcess
  readonly port: number
  readonly exited: Promise<number | null>
  readonly messages: unknown[]
}

const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

async function start(...args: readonly string[]): Promise<Running> {
  const child = fork(fileURLToPath(new URL('drain-server.ts', import.meta.url)), [...args], { execArgv: [] })
  children.add(child)
  const messages: unknown[] = []
  child.on('message', (message) => messages.push(message))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const early = exited.then((code) =>
    Promise.reject(new Error(`the server ended with ${code} before it listened`)),
  )
  const [{ port }] = (await Promise.race([once(child, 'message'), early])) as [{ port: number }]
  early.catch(() => {})
  return { child, port, exited, messages }
}

function ask(port: number, path: string, agent: Agent): Promise<number> {
  const post = path === '/echo'
  return new Promise((resolve, reject) => {
    const headers = post ? { 'content-type': 'application/json' } : {}
    const outgoing = request(
      { port, host: '127.0.0.1', path, agent, headers, method: post ? 'POST' : 'GET' },
      (answer) => {
        answer.on('error', reject)
        answer.on('end', () => resolve(answer.statusCode ?? 0))
        answer.resume()
      },
    )
    outgoing.on('error', reject)
    outgoing.end(post ? JSON.stringify({ text: 'x'.repeat(2000) }) : undefined)
  })
}

/** Sends as a balancer does: to a server as long as its last readiness answer was 200. */
async function load(port: number, workers: number) {
  const results = { answered: 0, lost: [] as unknown[] }
  const agent = new Agent({ keepAlive: true })
  let ready = true
  const balancer = async (): Promise<void> => {
    const probes = new Agent()
    while (ready) {
      ready = await ask(port, '/health/ready', probes).then(
        (status) => status === 200,
        () => false,
      )
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const worker = async (index: number): Promise<void> => {
    for (let i = 0; ready; i++) {
      const path = i % 3 === 0 ? '/echo' : `/work/${(index * 7 + i * 13) % 60}`
      await ask(port, path, agent).then(
        (status) => (status === 200 ? results.answered++ : results.lost.push(status)),
        (error: unknown) => results.lost.push(error),
      )
    }
  }
  const finished = Promise.all([balancer(), ...Array.from({ length: workers }, (_, index) => worker(index))])
  return { results, finished }
}

test('drainOn: under load no request is lost, the services stop and the process ends with 0', async () => {
  const { child, port, exited, messages } = await start('400ms')
  const { results, finished } = await load(port, 20)
  const slow = ask(port, '/work/900', new Agent())
  await expect.poll(() => results.answered, { timeout: 10_000 }).toBeGreaterThan(300)
  child.kill('SIGTERM')
  await finished
  expect(results.lost).toEqual([])
  expect(await slow).toBe(200)
  expect(await exited).toBe(0)
  expect(messages).toContainEqual({ stopped: true })
}, 30_000)

test('drainOn: answers close their connection while draining, and a repeated Ctrl-C changes nothing', async () => {
  const { child, port, exited } = await start('300ms')
  const slow = ask(port, '/work/200', new Agent({ keepAlive: true }))
  await ask(port, '/work/1', new Agent())
  child.kill('SIGINT')
  child.kill('SIGINT')
  const closing = await new Promise<string | undefined>((resolve, reject) => {
    const poll = (): void => {
      request(
        { port, host: '127.0.0.1', path: '/health/ready', agent: new Agent({ keepAlive: true }) },
        (answer) => {
          answer.resume()
          if (answer.statusCode === 503) resolve(answer.headers.connection)
          else poll()
        },
      )
        .on('error', reject)
        .end()
    }
    poll()
  })
  expect(closing).toBe('close')
  expect(await slow).toBe(200)
  expect(await exited).toBe(0)
}, 20_000)

test('drainOn: an unused and an idle connection do not hold up the end', async () => {
  const { child, port, exited } = await start('10ms', '20s')
  const unused = connect(port, '127.0.0.1')
  await once(unused, 'connect')
  await ask(port, '/work/1', new Agent({ keepAlive: true }))
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
}, 10_000)

test('drainOn: what hangs beyond the grace is cut off, and the exit code says so', async () => {
  const { child, port, exited } = await start('10ms', '200ms')
  const hanging = ask(port, '/work/60000', new Agent())
  const outcome = expect(hanging).rejects.toMatchObject({ code: 'ECONNRESET' })
  await ask(port, '/work/1', new Agent())
  child.kill('SIGTERM')
  await outcome
  expect(await exited).toBe(1)
}, 10_000)

test('drainOn: a later signal ends the process at once', async () => {
  const { child, port, exited } = await start('10ms', '60s')
  const outcome = expect(ask(port, '/work/60000', new Agent())).rejects.toMatchObject({ code: 'ECONNRESET' })
  await ask(port, '/work/1', new Agent())
  child.kill('SIGINT')
  const pressAgain = (): void => {
    child.kill('SIGINT')
    expect(child.exitCode).toBe(1)
  }
  await vi.waitFor(pressAgain, { timeout: 8000, interval: 300 })
  expect(await exited).toBe(1)
  await outcome
}, 10_000)
