import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One request of the client and what is about to be answered. */
export interface ProxiedCall {
  readonly method: string
  readonly path: string
  /** The parsed body of the request, if it has one. */
  readonly body: unknown
  readonly token: string | undefined
}

export interface ProxiedAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers instead of Square; undefined lets the call through. */
export type Intercept = (call: ProxiedCall) => ProxiedAnswer | undefined | Promise<ProxiedAnswer | undefined>
/** Changes a request's body before Square sees it. */
export type RewriteRequest = (call: ProxiedCall) => unknown
/** Changes a successful answer of Square. */
export type RewriteAnswer = (call: ProxiedCall, body: unknown) => unknown

/** A proxy before the simulated Square, for what its fault switch cannot do: a fault after so many calls, other data. */
export interface SquareProxy {
  readonly url: string
  readonly calls: ProxiedCall[]
  intercept: Intercept | undefined
  rewriteRequest: RewriteRequest | undefined
  rewriteAnswer: RewriteAnswer | undefined
  /** Takes all changes back and forgets the calls. */
  reset(): void
  stop(): Promise<void>
}

export async function startSquareProxy(target: string): Promise<SquareProxy> {
  const server = createServer((request, response) => {
    forward(proxy, target, { request, response }).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const proxy: SquareProxy = {
    url: `http://127.0.0.1:${port}`,
    calls: [],
    intercept: undefined,
    rewriteRequest: undefined,
    rewriteAnswer: undefined,
    reset() {
      proxy.calls.length = 0
      proxy.intercept = proxy.rewriteRequest = proxy.rewriteAnswer = undefined
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return proxy
}

async function forward(
  proxy: SquareProxy,
  target: string,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const sent = await text(request)
  const call = callOf(request, sent)
  proxy.calls.push(call)
  const own = await proxy.intercept?.(call)
  if (own !== undefined) {
    response.writeHead(own.status, { 'content-type': 'application/json', ...own.headers })
    response.end(JSON.stringify(own.body))
    return
  }
  const rewritten = typeof call.body === 'object' ? proxy.rewriteRequest?.(call) : undefined
  const body = rewritten === undefined ? sent : JSON.stringify(rewritten)
  const answer = await fetch(`${target}${request.url}`, {
    method: call.method,
    headers: headersOf(request),
    redirect: 'manual',
    ...(body === '' ? {} : { body }),
  })
  const received = await answer.text()
  response.writeHead(answer.status, Object.fromEntries(passedOn(answer)))
  const change = answer.ok ? proxy.rewriteAnswer : undefined
  response.end(change === undefined ? received : JSON.stringify(change(call, JSON.parse(received))))
}

function callOf(request: IncomingMessage, sent: string): ProxiedCall {
  const isJson = request.headers['content-type']?.startsWith('application/json') === true
  return {
    method: request.method ?? 'GET',
    path: request.url?.split('?')[0] ?? '/',
    body: isJson ? JSON.parse(sent) : sent,
    token: request.headers.authorization?.replace(/^Bearer /, ''),
  }
}

function passedOn(answer: Response): readonly (readonly [string, string])[] {
  return [...answer.headers].filter(([name]) => name === 'content-type' || name === 'location')
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const kept = ['authorization', 'content-type', 'square-version', 'accept']
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = request.headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}
