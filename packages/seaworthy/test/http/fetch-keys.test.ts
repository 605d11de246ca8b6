import { afterEach, beforeEach, expect, test } from 'vitest'
import { manualClock, seededRandom } from 'seaworthy/core'
import { circuitBreaker, keyed, pipeline, resilientFetch, retry } from 'seaworthy/resilience'
import { sampleServer, status, type SampleServer } from './sample-server.ts'

let server: SampleServer

beforeEach(async () => {
  server = await sampleServer()
  server.answer(status(503))
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

test('resilientFetch: breakers for each key are one for each host', async () => {
  const clock = manualClock()
  const breakers = keyed(
    (name) => circuitBreaker({ name, trip: { kind: 'consecutive', failures: 1 } }, { clock }),
    { name: 'hosts' },
    { clock },
  )
  const send = resilientFetch(pipeline([breakers]), {}, { clock })
  await using other = await sampleServer()
  other.answer(status(200))
  expect((await send(server.url)).status).toBe(503)
  await expect(send(server.url)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  expect((await send(other.url)).status).toBe(200)
  expect([...breakers.entries()].map(([key]) => key)).toEqual([
    new URL(server.url).host,
    new URL(other.url).host,
  ])
})

test('resilientFetch: what must not be sent twice is not tried again by a retry for each key', async () => {
  const runtime = { clock: manualClock(), random: seededRandom(1) }
  const again = keyed(
    () => retry({ attempts: 3, baseDelay: 0, maxDelay: 0 }, runtime),
    { name: 'hosts' },
    runtime,
  )
  const send = resilientFetch(pipeline([again]), {}, runtime)
  expect((await send(server.url, { method: 'POST' })).status).toBe(503)
  expect(server.requests.length).toBe(1)
})
