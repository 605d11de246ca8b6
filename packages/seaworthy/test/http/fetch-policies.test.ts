import { afterEach, beforeEach, expect, test } from 'vitest'
import { manualClock, seededRandom } from 'seaworthy/core'
import {
  circuitBreaker,
  derive,
  fallback,
  hedge,
  pipeline,
  resilientFetch,
  retry,
  type Policy,
} from 'seaworthy/resilience'
import { sampleServer, status, until, type SampleServer } from './sample-server.ts'

let server: SampleServer

beforeEach(async () => {
  server = await sampleServer()
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

test('resilientFetch: a hedge sends a further request, and the connection of the one that lost is closed', async () => {
  const clock = manualClock()
  const send = resilientFetch(pipeline([hedge({ delay: 100 }, { clock })]), {}, { clock })
  server.answer(() => undefined, status(200))
  const result = send(server.url)
  await until(() => server.requests.length === 1)
  await clock.advance(100)
  const response = await result
  expect(await response.text()).toBe('status 200')
  await until(() => server.connections[0]?.destroyed === true)
  expect(server.connections[1]?.destroyed).toBe(false)
})

test('resilientFetch: when all attempts of a hedge fail by their status, the caller has the answer of the first', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const clock = manualClock()
    const answers = [new Response('first', { status: 503 }), new Response('second', { status: 500 })]
    const gates: PromiseWithResolvers<Response>[] = []
    const own: typeof fetch = () => {
      const gate = Promise.withResolvers<Response>()
      gates.push(gate)
      return gate.promise
    }
    const send = resilientFetch(pipeline([hedge({ delay: 100 }, { clock })]), { fetch: own }, { clock })
    const result = send('http://deaf.test/')
    await clock.advance(100)
    for (const index of order) {
      const answer = answers[index]
      if (answer !== undefined) gates[index]?.resolve(answer)
      await clock.settle()
    }
    expect(await (await result).text()).toBe('first')
    expect(answers[1]?.bodyUsed).toBe(true)
  }
})

test('resilientFetch: a refusal of the policies after an answer that failed is what the caller gets', async () => {
  const clock = manualClock()
  const runtime = { clock, random: seededRandom(1) }
  const breaker = circuitBreaker({ name: 'sample', trip: { kind: 'consecutive', failures: 1 } }, runtime)
  const again = retry({ attempts: 3, baseDelay: 0, maxDelay: 0 }, runtime)
  const send = resilientFetch(pipeline([again, breaker]), {}, { clock })
  server.answer((response) => response.writeHead(503).write('first'))
  const outcome = expect(send(server.url)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  await until(() => clock.pending > 0)
  await clock.advance(0)
  await outcome
  await clock.advance(1_000)
  await until(() => server.connections[0]?.destroyed === true)
})

test('resilientFetch: an answer that a hedge no longer wants is thrown away', async () => {
  const clock = manualClock()
  const gates: PromiseWithResolvers<Response>[] = []
  const own: typeof fetch = () => {
    const gate = Promise.withResolvers<Response>()
    gates.push(gate)
    return gate.promise
  }
  const send = resilientFetch(pipeline([hedge({ delay: 100 }, { clock })]), { fetch: own }, { clock })
  const result = send('http://deaf.test/')
  await clock.advance(100)
  const [loser, winner] = [new Response('loser'), new Response('winner')]
  gates[1]?.resolve(winner)
  expect(await result).toBe(winner)
  gates[0]?.resolve(loser)
  await until(() => loser.bodyUsed)
  expect(winner.bodyUsed).toBe(false)
})

test('resilientFetch: an answer that comes after the call is over is thrown away', async () => {
  /** A policy of someone else's, which aborts nothing. */
  const careless: Policy = {
    kind: 'race',
    name: 'careless',
    execute: (next, context) => Promise.race([next(context), next(context)]),
    describe: () => ({}),
  }
  const gates = [Promise.withResolvers<Response>(), Promise.withResolvers<Response>()]
  let calls = 0
  const own: typeof fetch = () => gates[calls++]?.promise ?? Promise.reject(new Error('too many calls'))
  const [winner, loser] = [new Response('winner'), new Response('loser')]
  const result = resilientFetch(pipeline([careless]), { fetch: own })('http://deaf.test/')
  gates[0]?.resolve(winner)
  expect(await result).toBe(winner)
  gates[1]?.resolve(loser)
  await until(() => loser.bodyUsed)
  expect(winner.bodyUsed).toBe(false)
})

test('resilientFetch: what must not be sent twice is neither hedged nor tried again', async () => {
  const clock = manualClock()
  const runtime = { clock, random: seededRandom(1) }
  const again = retry({ attempts: 3, baseDelay: 0, maxDelay: 0 }, runtime)
  const send = resilientFetch(pipeline([again, hedge({ delay: 100 }, runtime)]), {}, { clock })
  let answer: (() => void) | undefined
  server.answer((response) => {
    answer = () => response.writeHead(503).end()
  })
  const result = send(server.url, { method: 'POST' })
  await until(() => answer !== undefined)
  await clock.advance(60_000)
  answer?.()
  expect((await result).status).toBe(503)
  expect(server.requests.length).toBe(1)
})

test('resilientFetch: a fallback answers with a response of its own', async () => {
  const canned = derive('canned', () => new Response('canned'))
  const send = resilientFetch(pipeline([fallback([canned])]))
  server.answer(status(200))
  expect(await (await send(server.url)).text()).toBe('status 200')
  server.answer(status(503))
  expect(await (await send(server.url)).text()).toBe('canned')
  const twice = resilientFetch(pipeline([fallback([canned]), fallback([canned])]))
  expect(await (await twice(server.url)).text()).toBe('canned')
})
