import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { Supervisor, type Supervised } from './supervisor.ts'

class Server implements Supervised {
  readonly ended: Promise<void>
  readonly end: () => void
  stops = 0

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.end = resolve
  }

  async stop(): Promise<void> {
    this.stops++
    this.end()
  }
}

/** A supervisor whose restarts fail while `broken`. */
function supervised() {
  const clock = manualClock()
  const servers = [new Server()]
  const lost: Error[] = []
  const lines: string[] = []
  const state = { broken: false, attempts: 0 }
  const supervisor = new Supervisor(servers[0] as Server, {
    clock,
    log: (line) => lines.push(line),
    onLost: (error) => lost.push(error),
    restart: async () => {
      state.attempts++
      if (state.broken) throw new Error('no space left')
      const server = new Server()
      servers.push(server)
      return server
    },
  })
  const pass = (ms: number): Promise<void> => clock.advance(ms)
  return { supervisor, servers, lost, lines, state, pass }
}

test('Supervisor: a server that ends is started again after a short wait, and that is said', async () => {
  const { servers, lines, pass, supervisor } = supervised()
  servers[0]?.end()
  await pass(249)
  expect(servers).toHaveLength(1)
  await pass(1)
  expect(servers).toHaveLength(2)
  expect(lines).toEqual([
    'the embedded database is started again, attempt 1 of 8',
    'the embedded database runs again after 250 ms',
  ])
  await supervisor.stop()
  expect(servers[1]?.stops).toBe(1)
})

test('Supervisor: failed starts are spread, 8 of them are the end, told once', async () => {
  const { servers, lost, state, pass } = supervised()
  state.broken = true
  servers[0]?.end()
  const delays = [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]
  for (const [done, delay] of delays.entries()) {
    await pass(delay - 1)
    expect(state.attempts).toBe(done)
    await pass(1)
  }
  await pass(1_000_000)
  expect(state.attempts).toBe(8)
  expect(lost).toMatchObject([
    { code: 'ERR_DATABASE_START', message: expect.stringContaining('no space left') },
  ])
})

test('Supervisor: a server that ends soon after each start is given up, one that stays up is not', async () => {
  const { servers, lost, pass } = supervised()
  for (let i = 0; i < 20; i++) {
    await pass(60_000)
    servers.at(-1)?.end()
    await pass(250)
  }
  expect([servers.length, lost.length]).toEqual([21, 0])
  for (let i = 0; i < 9; i++) {
    servers.at(-1)?.end()
    await pass(10_000)
  }
  expect(lost).toHaveLength(1)
})

test('Supervisor: stop ends a wait at once, and nothing is started afterwards', async () => {
  const { supervisor, servers, state, pass, lost } = supervised()
  servers[0]?.end()
  await pass(100)
  await Promise.all([supervisor.stop(), supervisor.stop()])
  await pass(100_000)
  expect([state.attempts, lost.length]).toEqual([0, 0])
})
