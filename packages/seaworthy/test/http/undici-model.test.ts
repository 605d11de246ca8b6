import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock, seededRandom, type ManualClock } from 'seaworthy/core'
import {
  hedge,
  pipeline,
  retry,
  timeout,
  undiciInterceptor,
  type HttpOptions,
  type Pipeline,
} from 'seaworthy/resilience'
import { FakeConnection, StrictHandler } from './fake-dispatcher.ts'

const steps = fc.array(
  fc.record({
    type: fc.constantFrom(
      'request',
      'answer',
      'data',
      'flood',
      'end',
      'hangUp',
      'fail',
      'time',
      'pause',
      'resume',
      'abort',
      'turn',
      'tick',
    ),
    connection: fc.constantFrom(0, 0, 0, 1, 1, 2),
    status: fc.constantFrom(103, 200, 200, 200, 404, 503, 503),
    ms: fc.constantFrom(0, 50, 100, 1_000, 2_000),
  }),
  { maxLength: 60, size: 'max' },
)

type Step = Parameters<Parameters<typeof steps.map>[0]>[0][number]

const left = new Error('left')
const broken = new Error('broken')

interface Run {
  readonly clock: ManualClock
  readonly connections: readonly FakeConnection[]
  readonly handler: StrictHandler
}

/** @param pauseEvery after so many pieces the handler pauses by itself; 0 for never */
function start(options: HttpOptions, pauseEvery: number): Run {
  const clock = manualClock()
  const guard = pipeline([
    retry({ attempts: 2, baseDelay: 50, maxDelay: 50 }, { clock, random: seededRandom(1) }),
    hedge({ delay: 100 }, { clock }),
    timeout({ limit: '2s' }, { clock }),
  ])
  return startWith(guard, { clock, options, pauseEvery })
}

interface Setting {
  readonly clock: ManualClock
  readonly options?: HttpOptions
  readonly pauseEvery?: number
}

function startWith(guard: Pipeline, { clock, options = {}, pauseEvery = 0 }: Setting): Run {
  const connections: FakeConnection[] = []
  const dispatch = undiciInterceptor(guard, options, { clock })((
    _options: never,
    handler: never,
  ): boolean => {
    connections.push(new FakeConnection(connections.length, handler))
    return true
  })
  const handler = new StrictHandler(pauseEvery)
  dispatch({ origin: 'http://a.test', path: '/', method: 'GET' } as never, handler as never)
  return { clock, connections, handler }
}

/** Makes a step. Steps without a turn of the loop between them come in one burst, as from one read of a socket. */
function apply({ clock, connections, handler }: Run, step: Step): Promise<void> | undefined {
  const connection = connections[step.connection]
  if (step.type === 'time') return clock.advance(step.ms)
  if (step.type === 'turn') return clock.settle()
  if (step.type === 'tick') return Promise.resolve()
  if (step.type === 'abort') handler.abort(left)
  else if (step.type === 'pause' || step.type === 'resume') handler.controller?.[step.type]()
  else if (step.type === 'answer') connection?.answer(step.status)
  else if (step.type === 'fail') connection?.fail(broken)
  else connection?.[step.type]()
  return undefined
}

/** Lets everything that has begun come to its end. */
async function finish({ clock, connections, handler }: Run): Promise<void> {
  for (let round = 0; round < 60 && !handler.isOver; round++) {
    handler.controller?.resume()
    await clock.advance(100)
    for (const connection of connections) {
      connection.answer(200)
      connection.data()
      await clock.settle()
      handler.controller?.resume()
      connection.end()
    }
  }
  await clock.advance(10_000)
}

async function holds(options: HttpOptions, list: readonly Step[], pauseEvery: number): Promise<void> {
  const run = start(options, pauseEvery)
  for (const step of list) {
    const turn = apply(run, step)
    if (turn !== undefined) await turn
  }
  await finish(run)
  const { clock, connections, handler } = run
  expect([handler.isOver, handler.violations]).toEqual([true, []])
  // What was delivered is from one connection, in order; and whole, unless it ended with an error.
  const source = connections[Number(handler.data[0]?.split('.')[0])]
  const sent = source?.sent ?? []
  expect(handler.data).toEqual(sent.slice(0, handler.data.length))
  if (handler.told.at(-1) === 'end') expect(handler.data.length).toBe(sent.length)
  if (handler.wasAborted) expect([handler.told.at(-1), handler.controller?.reason]).toEqual(['error', left])
  // Nothing is left open: neither a connection that was made, nor a timer.
  for (const connection of connections) connection.request()
  expect(connections.map(({ isOver }) => isOver)).toEqual(connections.map(() => true))
  expect(clock.pending).toBe(0)
}

test('undiciInterceptor: a handler that paused before the answer holds up the connection', async () => {
  const { clock, connections, handler } = start({}, 0)
  handler.controller?.pause()
  connections[0]?.answer(200)
  await clock.settle()
  expect([connections[0]?.paused, handler.told]).toEqual([true, ['status 200']])
  handler.controller?.resume()
  expect(connections[0]?.paused).toBe(false)
})

test('undiciInterceptor: what comes in spite of a pause waits until the handler goes on', async () => {
  const { clock, connections, handler } = start({}, 0)
  connections[0]?.answer(200)
  await clock.settle()
  handler.controller?.pause()
  connections[0]?.flood()
  connections[0]?.flood()
  connections[0]?.hangUp()
  expect([handler.data, handler.told]).toEqual([[], ['status 200']])
  handler.controller?.resume()
  expect([handler.data, handler.told]).toEqual([
    ['0.0 ', '0.1 '],
    ['status 200', 'end'],
  ])
})

test('undiciInterceptor: when all attempts of a hedge fail by their status, the caller has the answer of the first', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const clock = manualClock()
    const { connections, handler } = startWith(pipeline([hedge({ delay: 100 }, { clock })]), { clock })
    await clock.advance(100)
    for (const index of order) {
      connections[index]?.answer(503 - index)
      connections[index]?.end()
      await clock.settle()
    }
    expect(handler.told).toEqual(['status 503', 'end'])
  }
})

test('undiciInterceptor: an abort at any moment between the answer and its delivery is told as an abort', async () => {
  for (let ticks = 0; ticks < 10; ticks++) {
    const run = start({}, 0)
    run.connections[0]?.answer(200)
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
    run.handler.abort(left)
    await finish(run)
    expect([run.handler.error, run.handler.told.at(-1), run.handler.data]).toEqual([left, 'error', []])
    expect(run.connections.map(({ isOver }) => isOver)).toEqual([true])
  }
})

test('undiciInterceptor: in any order of events, the handler is told one whole answer or an error', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(2), (list, pauseEvery) => holds({}, list, pauseEvery)),
    { numRuns: 300 },
  )
})

test('undiciInterceptor: the same when the body is covered, and when failures become errors', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(12), fc.nat(2), (list, bodyMaxBytes, pauseEvery) =>
      holds({ covers: 'body', bodyMaxBytes, onGiveUp: 'error' }, list, pauseEvery),
    ),
    { numRuns: 300 },
  )
})
