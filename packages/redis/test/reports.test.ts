import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { BreakerMembership } from 'seaworthy/resilience'
import { createRedisLink, createRedisReports, type RedisLink, type RedisReports } from '../src/index.ts'
import { exchangeReports } from '../src/reports/reports-lua.ts'
import { readReportsReply } from '../src/reports/reports-reply.ts'
import { patience } from './links.ts'
import { RedisServer } from './redis-server.ts'

vi.setConfig({ testTimeout: 60_000 })

let server: RedisServer
let link: RedisLink
let names = 0
const made: RedisReports[] = []

beforeAll(async () => {
  server = await RedisServer.start()
  link = createRedisLink({ url: server.url, commandTimeout: '5s' })
  await link.ready()
})

afterAll(async () => {
  await Promise.all(made.map((reports) => reports.close()))
  await link.close()
  await server[Symbol.asyncDispose]()
})

/** Reports that show no sign of life within a test, so that only what the test does is seen. */
function reportsOf(instance: string, options: { readonly instancesMax?: number } = {}): RedisReports {
  const reports = createRedisReports(link, { instance, heartbeat: '1h', expiry: '2h', ...options })
  made.push(reports)
  return reports
}

function join(
  instance: string,
  name: string,
  options?: { readonly instancesMax?: number },
): BreakerMembership {
  return reportsOf(instance, options).join(name, { peersChanged: () => undefined })
}

function keyOf(name: string): string {
  return `seaworthy:breaker:{${name}}`
}

async function hears(member: BreakerMembership, expected: readonly unknown[]): Promise<void> {
  await vi.waitFor(() => expect(member.peers()).toEqual(expected), patience)
}

/** Shows an instance and answers what it hears, with an expiry in milliseconds. */
async function exchange(key: string, instance: string, expiryMs: number): Promise<readonly unknown[]> {
  const args = [instance, 'healthy', 0, expiryMs * 1_000, 10, 'nobody', 0]
  return readReportsReply(await link.run(exchangeReports, [key], args)).reports
}

const anyTime = expect.any(Number)

test('reports: a message carries each change at once, and what was taken back is gone', async () => {
  const name = `n${names++}`
  const [a, b] = [join('a', name), join('b', name)]
  await hears(a, [{ instance: 'b', verdict: 'healthy', forMs: anyTime }])
  b.report({ verdict: 'failing', forMs: 60_000 })
  const later = expect.toSatisfy((ms: number) => ms >= 60_000 && ms < 120_000)
  await hears(a, [{ instance: 'b', verdict: 'failing', forMs: later }])
  // Since when it is so stays when it is said again.
  b.report({ verdict: 'silent', forMs: 0 })
  await hears(a, [{ instance: 'b', verdict: 'silent', forMs: anyTime }])
  b.leave()
  await hears(a, [])
})

test('reports: names do not run into each other, whatever they hold', async () => {
  const name = `n${names++}`
  const [a, b] = [join('a', `${name}}:x`), join('b', `${name}:x}`)]
  await vi.waitFor(async () => expect(await server.command('KEYS', `*${name}*`)).toHaveLength(2), patience)
  expect([a.peers(), b.peers()]).toEqual([[], []])
})

test('reports: what another version wrote is passed over, whatever it is', async () => {
  const name = `n${names++}`
  const foreign = [
    '',
    'x',
    'failing',
    'failing|1',
    '2|failing|1|2|3',
    'failing|-1|2',
    'failing|1|2|more',
    '{}',
  ]
  for (const [i, text] of foreign.entries()) await server.command('HSET', keyOf(name), `other ${i}`, text)
  await server.command('HSET', keyOf(name), 'newer', 'ailing|1|9000000000000000')
  const [a, b] = [join('a', name), join('b', name)]
  const newer = { instance: 'newer', verdict: 'silent', forMs: anyTime }
  const expected = (instance: string) =>
    expect.arrayContaining([newer, { instance, verdict: 'healthy', forMs: anyTime }])
  await vi.waitFor(() => expect(a.peers()).toHaveLength(2), patience)
  await vi.waitFor(() => expect(b.peers()).toHaveLength(2), patience)
  expect([a.peers(), b.peers()]).toEqual([expected('b'), expected('a')])
  // It is for the other version to take it out.
  expect(await server.command('HLEN', keyOf(name))).toBe(foreign.length + 3)
})

test('reports: an own report that cannot be read is written anew', async () => {
  const name = `n${names++}`
  await server.command('HSET', keyOf(name), 'a', 'v2:failing')
  const [a, b] = [join('a', name), join('b', name)]
  await hears(b, [{ instance: 'a', verdict: 'healthy', forMs: anyTime }])
  await hears(a, [{ instance: 'b', verdict: 'healthy', forMs: anyTime }])
})

test('reports: a key that holds something else leaves each alone, and the link as it is', async () => {
  const name = `n${names++}`
  await server.command('SET', keyOf(name), 'word')
  const a = join('a', name)
  a.report({ verdict: 'failing', forMs: 0 })
  await expect(exchange(keyOf(name), 'x', 1_000)).rejects.toMatchObject({ code: 'ERR_REDIS_REFUSED' })
  expect(a.peers()).toEqual([])
  expect(link.state.kind).toBe('ready')
  expect(await server.command('GET', keyOf(name))).toBe('word')
})

test('reports: the instances of one breaker are bounded, those beyond hear and are not heard', async () => {
  const name = `n${names++}`
  const first = Array.from({ length: 3 }, (_, i) => join(`i${i}`, name, { instancesMax: 3 }))
  await Promise.all(first.map((member) => vi.waitFor(() => expect(member.peers()).toHaveLength(2), patience)))
  const beyond = join('beyond', name, { instancesMax: 3 })
  await vi.waitFor(() => expect(beyond.peers()).toHaveLength(3), patience)
  expect(await server.command('HLEN', keyOf(name))).toBe(3)
  // Those within go on.
  first[0]?.report({ verdict: 'failing', forMs: 0 })
  await vi.waitFor(
    () => expect(first[1]?.peers()).toContainEqual({ instance: 'i0', verdict: 'failing', forMs: anyTime }),
    patience,
  )
  first[2]?.leave()
  await vi.waitFor(async () => expect(await server.command('HLEN', keyOf(name))).toBe(3), patience)
})

test('reports: whoever asks takes out those that are silent for too long, and all ends with the last', async () => {
  const key = keyOf(`n${names++}`)
  await exchange(key, 'dead', 60_000)
  expect(await exchange(key, 'living', 60_000)).toMatchObject([{ instance: 'dead' }])
  await server.command('BLPOP', 'nothing', '0.03')
  expect(await exchange(key, 'living', 20)).toEqual([])
  expect(await server.command('HKEYS', key)).toEqual(['living'])
  await vi.waitFor(async () => expect(await server.command('EXISTS', key)).toBe(0), patience)
})

test('reports: when the clock of the server stepped back, an instance has the usual time to show itself', async () => {
  const key = keyOf(`n${names++}`)
  const ahead = String((Date.now() + 3_600_000) * 1_000)
  await server.command('HSET', key, 'ahead', `failing|${ahead}|${ahead}`)
  const [report] = await exchange(key, 'a', 20)
  expect(report).toMatchObject({ instance: 'ahead', verdict: 'failing' })
  await server.command('BLPOP', 'nothing', '0.03')
  expect(await exchange(key, 'a', 20)).toEqual([])
})
