import { expect, test } from 'vitest'
import {
  contextFromHeaders,
  currentContext,
  freshContext,
  outgoingHeaders,
  runWithContext,
  type RandomBytes,
} from './context.ts'
import { parseTraceParent } from './traceparent.ts'

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** Each call gives bytes of another value: 1, 2, 3 ... */
function counting(): RandomBytes {
  let calls = 0
  return (size) => new Uint8Array(size).fill(++calls)
}

test('contextFromHeaders: continues the trace of the caller with a new span', () => {
  const context = contextFromHeaders(
    { traceparent: parent, tracestate: 'vendor=1', 'x-correlation-id': 'order-17' },
    counting(),
  )
  expect(context).toEqual({
    correlationId: 'order-17',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '01'.repeat(8),
    parentSpanId: '00f067aa0ba902b7',
    sampled: true,
    traceState: 'vendor=1',
  })
  expect(Object.isFrozen(context)).toBe(true)
})

test('contextFromHeaders: starts a trace when there is none, and drops a tracestate without one', () => {
  const context = contextFromHeaders({ traceparent: 'nonsense', tracestate: 'vendor=1' }, counting())
  expect(context.sampled).toBe(true)
  expect(context.parentSpanId).toBeUndefined()
  expect(context.traceState).toBeUndefined()
  expect(new Set([context.correlationId, context.traceId, context.spanId]).size).toBe(3)
})

test.each([
  ['empty', ''],
  ['too long', 'x'.repeat(129)],
  ['with a line break', 'a\r\nSet-Cookie: b'],
  ['with a space', 'a b'],
  ['not ASCII', 'naïve'],
  ['sent twice', ['a', 'b']],
])('contextFromHeaders: replaces a correlation ID that is %s', (_name, given) => {
  expect(contextFromHeaders({ 'x-correlation-id': given }, counting()).correlationId).toBe('01'.repeat(16))
})

test('contextFromHeaders: keeps a correlation ID of 128 characters, also as the only one of a list', () => {
  const longest = 'x'.repeat(128)
  expect(contextFromHeaders({ 'x-correlation-id': [longest] }).correlationId).toBe(longest)
})

test('contextFromHeaders: never makes an ID of zeros', () => {
  const context = contextFromHeaders({}, (size) => new Uint8Array(size))
  expect(
    parseTraceParent(outgoingHeaders(context, (size) => new Uint8Array(size))?.traceparent ?? ''),
  ).toBeDefined()
})

test('outgoingHeaders: a new span in the same trace for each call', () => {
  const context = contextFromHeaders({ traceparent: parent, tracestate: 'vendor=1' })
  const [first, second] = [outgoingHeaders(context), outgoingHeaders(context)]
  expect(first?.['x-correlation-id']).toBe(context.correlationId)
  expect(first?.tracestate).toBe('vendor=1')
  const spans = [first, second].map((headers) => parseTraceParent(headers?.traceparent ?? ''))
  expect(spans.map((span) => span?.traceId)).toEqual([context.traceId, context.traceId])
  expect(new Set([context.spanId, spans[0]?.spanId, spans[1]?.spanId]).size).toBe(3)
})

test('outgoingHeaders: nothing outside a request, the running request inside', () => {
  expect(outgoingHeaders()).toBeUndefined()
  const context = freshContext()
  expect(runWithContext(context, () => outgoingHeaders())?.['x-correlation-id']).toBe(context.correlationId)
})

test('runWithContext: two requests at the same time keep their own context', async () => {
  const seen = await Promise.all(
    [freshContext(), freshContext()].map((context) =>
      runWithContext(context, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        return currentContext() === context
      }),
    ),
  )
  expect(seen).toEqual([true, true])
  expect(currentContext()).toBeUndefined()
})
