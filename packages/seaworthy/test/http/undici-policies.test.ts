import { afterEach, beforeEach, expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import {
  constant,
  fallback,
  hedge,
  pipeline,
  retry,
  undiciInterceptor,
  type Pipeline,
  type Policy,
} from 'seaworthy/resilience'
import { Agent, request } from 'undici'
import { sampleServer, status, until, type SampleServer } from './sample-server.ts'

let server: SampleServer
let agent: Agent

beforeEach(async () => {
  server = await sampleServer()
  agent = new Agent()
})

afterEach(async () => {
  await agent.destroy()
  await server[Symbol.asyncDispose]()
})

test('undiciInterceptor: a hedge sends a further request, and the connection of the one that lost is closed', async () => {
  const clock = manualClock()
  const dispatcher = agent.compose(
    undiciInterceptor(pipeline([hedge({ delay: 100 }, { clock })]), {}, { clock }),
  )
  server.answer(() => undefined, status(200))
  const result = request(server.url, { dispatcher })
  await until(() => server.requests.length === 1)
  await clock.advance(100)
  const { body } = await result
  expect(await body.text()).toBe('status 200')
  await until(() => server.connections[0]?.destroyed === true)
  expect(server.connections[1]?.destroyed).toBe(false)
})

test('undiciInterceptor: an answer that the policies refuse gives its connection back', async () => {
  const clock = manualClock()
  let attempts = 0
  const picky = retry(
    { attempts: 3, baseDelay: 0, maxDelay: 0, retryIfResult: () => ++attempts < 3 },
    { clock },
  )
  const dispatcher = agent.compose(undiciInterceptor(pipeline([picky]), {}, { clock }))
  server.answer((response) => response.end('x'.repeat(50_000)))
  let isDone = false
  const result = request(server.url, { dispatcher }).finally(() => (isDone = true))
  while (!isDone) await clock.advance(0)
  expect((await (await result).body.text()).length).toBe(50_000)
  expect(server.requests.length).toBe(3)
  await until(() => clock.pending === 0)
})

test('undiciInterceptor: a fallback cannot be one of its policies', () => {
  const guard = pipeline([retry(), fallback([constant('none', null)])]) as Pipeline
  expect(() => undiciInterceptor(guard)).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_OPTION',
      message: expect.stringContaining(
        'its policies must deliver answers of the server, received a fallback',
      ),
      details: { target: 'undici interceptor', key: 'policies' },
    }),
  )
})

/** A policy of someone else's, which aborts nothing. */
const careless: Policy = {
  kind: 'race',
  name: 'careless',
  execute: (next, context) => Promise.race([next(context), next(context)]),
  describe: () => ({}),
}

test('undiciInterceptor: an answer that comes after the call is over is thrown away', async () => {
  const clock = manualClock()
  const dispatcher = agent.compose(undiciInterceptor(pipeline([careless]), {}, { clock }))
  let late: (() => void) | undefined
  server.answer((response) => {
    late = () => response.write('first')
  }, status(200))
  const { body } = await request(server.url, { dispatcher })
  expect(await body.text()).toBe('status 200')
  await until(() => late !== undefined)
  late?.()
  await until(() => clock.pending === 1)
  await clock.advance(1_000)
  await until(() => server.connections.some(({ destroyed }) => destroyed))
})

test('undiciInterceptor: a policy that answers with something else fails the call', async () => {
  const inventive: Policy = {
    ...careless,
    execute: (next, context) => next(context).then(() => 'mine' as never),
  }
  const dispatcher = agent.compose(undiciInterceptor(pipeline([inventive])))
  server.answer(status(200))
  await expect(request(server.url, { dispatcher })).rejects.toThrow(
    'Cannot deliver an answer: the policies must pass on the one that they were given, received something else',
  )
})
