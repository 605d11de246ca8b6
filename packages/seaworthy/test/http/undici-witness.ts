import { manualClock, type ManualClock } from 'seaworthy/core'
import {
  pipeline,
  retry,
  undiciInterceptor,
  type HttpOptions,
  type Pipeline,
  type Policy,
  type RetryOptions,
} from 'seaworthy/resilience'
import type { Dispatcher } from 'undici'
import { FakeConnection } from './fake-dispatcher.ts'

/** A handler that notes all that it is told. */
export class Witness implements Dispatcher.DispatchHandler {
  readonly told: unknown[] = []
  controller: Dispatcher.DispatchController | undefined
  context: unknown

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.controller = controller
    this.context = context
  }

  onBodySent(chunk: unknown): void {
    this.told.push(['sent', String(chunk)])
  }

  onRequestSent(): void {
    this.told.push('all sent')
  }

  onResponseStarted(): void {
    this.told.push('first byte')
  }

  onResponseStart(_controller: unknown, status: number, headers: unknown, message?: string): void {
    this.told.push([status, headers, message])
  }

  onResponseData(_controller: unknown, chunk: Uint8Array): void {
    this.told.push(String(chunk))
  }

  onResponseEnd(_controller: unknown, trailers: unknown): void {
    this.told.push(['end', trailers])
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.told.push(error)
  }
}

interface Sent {
  readonly clock: ManualClock
  readonly handler: Witness
  /** What undici would tell of each attempt. */
  readonly inner: readonly Dispatcher.DispatchHandler[]
  readonly connections: readonly FakeConnection[]
}

interface Sending {
  readonly request?: object
  readonly options?: HttpOptions
  /** Two attempts without a delay when left out. */
  readonly retries?: RetryOptions
  /** Policies inside the retry. */
  readonly inside?: (clock: ManualClock) => readonly Policy[]
}

/** A request with two attempts, up to the moment when undici makes connections of them. */
export function send({ request, options, retries, inside = () => [] }: Sending = {}): Sent {
  const clock = manualClock()
  const handler = new Witness()
  const inner: Dispatcher.DispatchHandler[] = []
  const connections: FakeConnection[] = []
  const again = retry({ attempts: 2, baseDelay: 0, maxDelay: 0, ...retries }, { clock })
  const guard: Pipeline = pipeline([again, ...inside(clock)])
  const dispatch = undiciInterceptor(guard, options, { clock })((
    _options: never,
    attempt: never,
  ): boolean => {
    inner.push(attempt)
    connections.push(new FakeConnection(connections.length, attempt))
    return true
  })
  dispatch({ origin: 'http://a.test', path: '/', method: 'GET', ...request } as never, handler as never)
  return { clock, handler, inner, connections }
}
