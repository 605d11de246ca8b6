import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ask, signIn, type Answer, type Vendor } from './api.ts'
import { freePort, HostProcess, patience, temporaryDataDir } from './host-process.ts'
import { metricFamilies } from './metrics.ts'

const dataDir = temporaryDataDir()
const services = ['square', 'open-meteo', 'events'] as const
let host: HostProcess
let vendor: Vendor
let question: { readonly marketDate: string; readonly venueId: string }

beforeAll(async () => {
  host = new HostProcess(await freePort(), dataDir.path)
  await host.ready()
  vendor = await signIn(host.url)
  const { body } = await vendor.ask('GET', '/market-days')
  const [day] = (body as { items: readonly { date: string; venueId: string }[] }).items
  if (day === undefined) throw new Error(`the demo vendor must have a market day: ${host.output}`)
  question = { marketDate: day.date, venueId: day.venueId }
}, 120_000)

afterAll(async () => {
  await host[Symbol.asyncDispose]()
  dataDir[Symbol.dispose]()
}, 60_000)

interface Source {
  readonly dependency: string
  readonly source: string
  readonly degraded: boolean
  readonly note: string | null
}

interface Advice {
  readonly serviceLevel: string
  readonly sources: readonly Source[]
  readonly recommendations: readonly { readonly quantity: number }[]
}

function adviceOf({ body }: Answer): Advice {
  return body as Advice
}

function recommend(): Promise<Answer> {
  return vendor.ask('POST', '/recommendations', question)
}

/** What an answer has to be whatever is broken: 200, with quantities, and its level the same in header and body. */
function expectHonest(answer: Answer): Advice {
  expect(answer.status).toBe(200)
  const advice = adviceOf(answer)
  expect(advice.recommendations.length).toBeGreaterThan(0)
  expect(answer.headers.get('service-level')).toBe(advice.serviceLevel)
  for (const { degraded, note } of advice.sources) expect(note !== null).toBe(degraded)
  return advice
}

function expectDegraded(answer: Answer, names: readonly string[]): void {
  const { serviceLevel, sources } = expectHonest(answer)
  expect(serviceLevel).toBe('degraded')
  const degraded = sources.filter((source) => source.degraded).map(({ dependency }) => dependency)
  expect(degraded.toSorted()).toEqual(names.toSorted())
}

async function breakServices(fault: object): Promise<void> {
  for (const name of services) {
    expect((await ask('PUT', `${host.simulators}/faults/${name}`, fault)).status).toBe(200)
  }
}

async function breakModel(fault: object): Promise<void> {
  expect((await vendor.ask('PUT', '/admin/dependencies/model/fault', fault)).status).toBe(200)
}

/** Mends everything as an operator who does not want to wait. */
async function mendAtOnce(): Promise<void> {
  for (const name of services) await ask('DELETE', `${host.simulators}/faults/${name}`)
  await vendor.ask('DELETE', '/admin/dependencies/model/fault')
  for (const name of ['square', 'weather', 'events', 'model']) {
    const reset = { action: 'reset', reason: 'between two tests' }
    expect((await vendor.ask('POST', `/admin/dependencies/${name}/breaker`, reset)).status).toBe(200)
  }
  await fullAgain()
  expect(expectHonest(await recommend()).serviceLevel).toBe('full')
}

/** Health is asked: it is not limited, and it changes nothing. */
async function fullAgain(): Promise<void> {
  await vi.waitFor(async () => {
    const { body } = await ask('GET', `${host.url}/health`)
    expect(body, JSON.stringify(body)).toMatchObject({ level: 'full' })
  }, patience)
}

const all = ['square', 'weather', 'events', 'model'] as const

describe('outage of what is outside', { timeout: 60_000 }, () => {
  beforeEach(mendAtOnce)

  test('recommendations: warm, 95 of 100 are fast', async () => {
    const times: number[] = []
    for (let i = 0; i < 100; i++) times.push((await recommend()).ms)
    times.sort((a, b) => a - b)
    const p95 = times[94] ?? Number.NaN
    console.log(
      `recommendations: p50 ${times[49]?.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms of 100, one at a time`,
    )
    // The objective is 300 ms; a machine that runs other tests at the same time is slower.
    expect(p95).toBeLessThan(1_500)
  })

  test('recommendations: with everything down at once still 200 and degraded, each within 500 ms', async () => {
    await breakServices({ kind: 'down' })
    await breakModel({ kind: 'error' })
    for (let i = 0; i < 10; i++) {
      const answer = await recommend()
      expectDegraded(answer, all)
      expect(answer.ms).toBeLessThan(500)
    }
  })

  test('recommendations: with everything hanging within the declared deadlines, and fast once that is known', async () => {
    await breakServices({ kind: 'hang' })
    await breakModel({ kind: 'hang' })
    const first = await recommend()
    expectDegraded(first, all)
    // Deadlines: 1.5 s for the three services, asked at once, then 1 s for the model, and what the database takes.
    expect(first.ms).toBeLessThan(3_000)
    const times = [first.ms]
    await vi.waitFor(async () => {
      const answer = await recommend()
      times.push(answer.ms)
      expectDegraded(answer, all)
      expect(answer.ms).toBeLessThan(500)
    }, patience)
    console.log(`recommendations while everything hangs: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`)
    expect(Math.max(...times)).toBeLessThan(3_000)
    expect(times.length).toBeLessThanOrEqual(8)
  })

  test.each([
    { kind: 'reset' },
    { kind: 'garbage' },
    { kind: 'wrong-schema' },
    { kind: 'error', status: 503 },
    { kind: 'rate-limit', retryAfterS: 30 },
    { kind: 'latency', ms: 5_000 },
  ])('recommendations: with $kind from every service still 200 and honest', async (fault) => {
    await breakServices(fault)
    const answer = await recommend()
    expectDegraded(answer, ['square', 'weather', 'events'])
    expect(answer.ms).toBeLessThan(2_000)
  })

  test('recommendations: late by less than the deadline is no failure', async () => {
    await breakServices({ kind: 'latency', ms: 100 })
    const answer = await recommend()
    expect(expectHonest(answer).serviceLevel).toBe('full')
  })

  test('service: full again by itself after an outage, found out by the probes', async () => {
    await breakServices({ kind: 'down' })
    await vi.waitFor(async () => {
      await recommend()
      const { body } = await ask('GET', `${host.url}/health`)
      const [health] = (body as { services: { dependencies: { name: string; breaker?: string }[] }[] })
        .services
      const open = health?.dependencies.filter(({ breaker }) => breaker === 'open').map(({ name }) => name)
      expect(open?.toSorted()).toEqual(['events', 'square', 'weather'])
    }, patience)
    for (const name of services) await ask('DELETE', `${host.simulators}/faults/${name}`)
    const from = performance.now()
    await fullAgain()
    // Probes go out every 10 s; a breaker alone would stay open for 60 s.
    expect(performance.now() - from).toBeLessThan(20_000)
    expect(expectHonest(await recommend()).serviceLevel).toBe('full')
  })

  test('/metrics: after all of this at least 45 families, the breakers and fallbacks among them', async () => {
    const { body } = await ask('GET', `${host.url}/metrics`)
    const families = metricFamilies(String(body))
    console.log(`${families.length} families of metrics`)
    expect(families).toEqual(
      expect.arrayContaining([expect.stringContaining('breaker'), expect.stringContaining('fallback')]),
    )
    expect(families.length).toBeGreaterThanOrEqual(45)
  })
})
