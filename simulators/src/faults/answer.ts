import type { ServerResponse } from 'node:http'
import { type Runtime, sleep } from 'seaworthy/core'
import type { SimulatedRequest, SimulatedResponse, Simulator } from '../http/exchange.ts'
import { distort } from './distort.ts'
import type { Fault } from './fault.ts'
import type { FaultSwitch } from './fault-switch.ts'

/** What answering needs beside the request. */
export interface AnswerContext {
  readonly simulator: Simulator
  readonly faults: FaultSwitch
  readonly runtime: Runtime
  /** Aborts when the server stops or the caller leaves. */
  readonly signal: AbortSignal
}

/** Answers a request through the simulator's fault, if one is set. */
export async function answer(
  request: SimulatedRequest,
  response: ServerResponse,
  context: AnswerContext,
): Promise<void> {
  const { faults, simulator, signal } = context
  const fault = faults.fault
  switch (fault?.kind) {
    case 'latency':
      await sleep(context.runtime.clock, fault.ms, signal)
      return send(response, simulator.handle(request))
    case 'hang':
      if (!(await faults.hold(signal))) return destroy(response)
      return send(response, simulator.handle(request))
    case 'down':
      return destroy(response)
    case 'reset':
      return sendHalf(response, simulator.handle(request))
    default:
      return send(response, changed(request, fault, context))
  }
}

function changed(
  request: SimulatedRequest,
  fault: Exclude<Fault, { kind: 'latency' | 'hang' | 'down' | 'reset' }> | undefined,
  { simulator, runtime }: AnswerContext,
): SimulatedResponse {
  switch (fault?.kind) {
    case 'error':
      return runtime.random.next() < fault.share ? simulator.failure(fault.status) : simulator.handle(request)
    case 'rate-limit': {
      const failure = simulator.failure(429)
      return { ...failure, headers: { ...failure.headers, 'retry-after': String(fault.retryAfterS) } }
    }
    case 'garbage':
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"data":[{"id":"1",,\u0000]',
      }
    case 'wrong-schema': {
      const usual = simulator.handle(request)
      return isJson(usual) ? { ...usual, body: JSON.stringify(distort(JSON.parse(usual.body))) } : usual
    }
    case undefined:
      return simulator.handle(request)
  }
}

/** Sends an answer whole. */
export function send(response: ServerResponse, { status, headers, body }: SimulatedResponse): void {
  if (response.destroyed) return
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Sends the head and the first half of the body, then breaks the connection with a TCP reset. */
function sendHalf(response: ServerResponse, { status, headers, body }: SimulatedResponse): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.length + 1 })
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.socket?.resetAndDestroy())
}

function destroy(response: ServerResponse): void {
  response.socket?.destroy()
}

function isJson({ headers }: SimulatedResponse): boolean {
  return (headers['content-type'] ?? '').includes('json')
}
