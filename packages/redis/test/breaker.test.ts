import { afterEach, describe, expect, test, vi } from 'vitest'
import { BlackHole, type Cut } from './black-hole.ts'
import { BreakerNode } from './breakers/breaker-node.ts'
import type { NodeAnswer } from './breakers/messages.ts'
import { RedisServer } from './redis-server.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Four processes have to start, and dead ones to be noticed, also when the machine has better to do. */
const patience = { timeout: 30_000, interval: 20 }

type Client = 'node-redis' | 'ioredis'
type Four = readonly [BreakerNode, BreakerNode, BreakerNode, BreakerNode]

const nodes: BreakerNode[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.kill()))
})

/** Starts four processes, and waits until each hears all others. `last` is another way to Redis for the last of them. */
async function startNodes(client: Client, url: string, last = url): Promise<Four> {
  const start = (i: number, way: string): BreakerNode => {
    const node = new BreakerNode({
      instance: `node ${i}`,
      url: way,
      client,
      heartbeatMs: 200,
      expiryMs: 2_000,
    })
    nodes.push(node)
    return node
  }
  const started: Four = [start(0, url), start(1, url), start(2, url), start(3, last)]
  await Promise.all(started.map((node) => hears(node, 'healthy', 3)))
  return started
}

/** Waits until a node sees what it is to see. */
async function sees(node: BreakerNode, what: (view: NodeAnswer) => void): Promise<void> {
  await vi.waitFor(async () => what(await node.look()), patience)
}

function hears(node: BreakerNode, verdict: 'healthy' | 'failing', count: number): Promise<void> {
  return sees(node, ({ peers }) => {
    expect(peers.filter((peer) => peer.verdict === verdict)).toHaveLength(count)
  })
}

function isIn(node: BreakerNode, state: string, reason: string): Promise<void> {
  return sees(node, ({ snapshot }) => expect(snapshot).toMatchObject({ state, reason }))
}

function hasLost(node: BreakerNode): Promise<void> {
  return sees(node, ({ peers, link }) => expect({ peers, link }).toMatchObject({ peers: [], link: 'away' }))
}

/** A call goes through at once: without waiting for anything but its function. */
async function goesOn(node: BreakerNode): Promise<void> {
  expect(await node.ask({ do: 'call', fails: false })).toMatchObject({ call: 'ok', hasWaited: false })
}

/** What a node finds while it is cut off, and that its calls wait for nobody meanwhile. */
async function decidesAlone(failing: BreakerNode, others: readonly BreakerNode[]): Promise<void> {
  for (const node of others) await goesOn(node)
  expect(await failing.fail()).toMatchObject({
    hasWaited: false,
    snapshot: { state: 'open', reason: 'failures' },
  })
  expect(await failing.ask({ do: 'call', fails: false })).toMatchObject({ call: 'refused', hasWaited: false })
  for (const node of others) await goesOn(node)
  for (const node of others) expect((await node.look()).snapshot.state).toBe('closed')
}

const both: readonly Client[] = ['node-redis', 'ioredis']
const client: Client = 'node-redis'

describe('breakers of four processes', () => {
  test.each(both)(
    'a quorum opens those that have not seen a failure, and they close by calls of their own, over %s',
    async (client) => {
      await using server = await RedisServer.start()
      const [first, second, third, fourth] = await startNodes(client, server.url)
      await first.fail()
      await hears(third, 'failing', 1)
      await goesOn(third)
      await second.fail()
      for (const node of [third, fourth]) await isIn(node, 'open', 'peers')
      expect(await third.ask({ do: 'call', fails: false })).toMatchObject({
        call: 'refused',
        hasWaited: false,
        snapshot: { counts: { failed: 0 } },
      })
      await third.ask({ do: 'recover' })
      expect(await third.ask({ do: 'call', fails: false })).toMatchObject({
        call: 'ok',
        snapshot: { state: 'closed' },
      })
    },
  )

  test('one bad node opens nobody else, however often it fails', async () => {
    await using server = await RedisServer.start()
    const [bad, ...good] = await startNodes(client, server.url)
    for (let round = 0; round < 5; round++) {
      await bad.fail()
      for (const node of good) await hears(node, 'failing', 1)
      for (const node of good) await goesOn(node)
      await bad.ask({ do: 'recover' })
      if (round % 2 === 0) continue
      await bad.ask({ do: 'call', fails: false })
      for (const node of good) await hears(node, 'failing', 0)
    }
    for (const node of good)
      expect((await node.look()).snapshot).toMatchObject({ state: 'closed', transitions: 0 })
  })

  test('reports of processes that were killed expire, those of one that ended are taken back', async () => {
    await using server = await RedisServer.start()
    const [first, second, third, fourth] = await startNodes(client, server.url)
    await first.fail()
    await second.fail()
    for (const node of [third, fourth]) await isIn(node, 'open', 'peers')
    await first.kill()
    await isIn(third, 'half-open', 'peers')
    await goesOn(third)
    await second.end()
    await sees(third, ({ peers }) =>
      expect(peers).toMatchObject([{ instance: 'node 3', verdict: 'healthy' }]),
    )
    await sees(fourth, ({ peers }) =>
      expect(peers).toMatchObject([{ instance: 'node 2', verdict: 'healthy' }]),
    )
  })

  test('when Redis restarts and has lost everything, each goes on alone, and all reports come back', async () => {
    await using server = await RedisServer.start()
    const [first, second, third, fourth] = await startNodes(client, server.url)
    await first.fail()
    for (const node of [second, third, fourth]) await hears(node, 'failing', 1)
    await server.kill()
    for (const node of nodes) await hasLost(node)
    await decidesAlone(second, [third, fourth])
    await server.start()
    for (const node of [third, fourth]) await isIn(node, 'open', 'peers')
    for (const node of [third, fourth]) await hears(node, 'failing', 2)
    await sees(first, ({ snapshot }) => expect(snapshot.reason).toBe('failures'))
  })

  test.each(both)(
    'when Redis freezes, each goes on alone, calls wait for nothing, and all reports come back, over %s',
    async (client) => {
      await using server = await RedisServer.start()
      const [first, second, third, fourth] = await startNodes(client, server.url)
      await first.fail()
      for (const node of [second, third, fourth]) await hears(node, 'failing', 1)
      server.freeze()
      // Also before the first of them has noticed.
      for (const node of [second, third, fourth]) await goesOn(node)
      for (const node of nodes) await hasLost(node)
      await decidesAlone(second, [third, fourth])
      server.thaw()
      for (const node of [third, fourth]) await isIn(node, 'open', 'peers')
      await hears(first, 'healthy', 2)
    },
  )

  test.each<readonly [Cut, Client]>([
    ['both ways', 'node-redis'],
    ['both ways', 'ioredis'],
    ['to the server', 'node-redis'],
    ['from the server', 'node-redis'],
  ])(
    'when one is cut off from Redis %s over %s, it goes on alone and does not count, and hears the others afterwards',
    async (cut, client) => {
      await using server = await RedisServer.start()
      await using hole = await BlackHole.to(server.port)
      const [first, second, third, fourth] = await startNodes(client, server.url, hole.url)
      hole.cut(cut)
      await goesOn(fourth)
      await hasLost(fourth)
      for (const node of [first, second, third]) await hears(node, 'healthy', 2)
      await first.fail()
      await second.fail()
      await isIn(third, 'open', 'peers')
      await goesOn(fourth)
      expect(await fourth.look()).toMatchObject({ peers: [], snapshot: { state: 'closed', reason: 'start' } })
      hole.mend()
      await isIn(fourth, 'open', 'peers')
      await hears(third, 'healthy', 1)
    },
  )

  test('what a node found while it was cut off counts as soon as it is back', async () => {
    await using server = await RedisServer.start()
    await using hole = await BlackHole.to(server.port)
    const [first, second, third, fourth] = await startNodes(client, server.url, hole.url)
    await first.fail()
    hole.cut()
    await hasLost(fourth)
    await fourth.fail()
    for (const node of [second, third]) await hears(node, 'healthy', 1)
    for (const node of [second, third]) await goesOn(node)
    hole.mend()
    for (const node of [second, third]) await isIn(node, 'open', 'peers')
  })
})
