import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { RecommendationSet } from '../../contract/recommendation.ts'
import { stubAnswer, type StubState } from './stub-api.ts'

/** The policy that the page must live with. */
export const strictCsp =
  "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export interface StubServer extends AsyncDisposable {
  readonly origin: string
  readonly state: StubState
}

/** Serves a built page and an API with fixed answers, both as the real system does, under the strict CSP. */
export async function startStubServer(pageDir: string): Promise<StubServer> {
  const state: StubState = {
    signedIn: false,
    degraded: false,
    isNew: false,
    square: false,
    importFailures: true,
    failing: new Set(),
    garbled: new Set(),
    reported: new Set(),
    venues: 0,
    expired: false,
    requests: [],
  }
  const server = createServer((request, response) => void answer(request, response, { pageDir, state }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    state,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { pageDir, state }: { readonly pageDir: string; readonly state: StubState },
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stub')
  response.setHeader('content-security-policy', strictCsp)
  if (!url.pathname.startsWith('/marketprep/api/')) return servePage(url.pathname, response, pageDir)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const path = url.pathname.slice('/marketprep/api'.length)
  const text = Buffer.concat(chunks).toString()
  const key = `${request.method} ${path}`
  state.requests.push(key)
  const isJson = request.headers['content-type'] === 'application/json'
  const { status, body } = stubAnswer(state, {
    key,
    query: url.searchParams,
    body: isJson ? JSON.parse(text) : text,
  })
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'service-level': state.degraded ? 'degraded' : ('full' satisfies RecommendationSet['serviceLevel']),
    'x-correlation-id': 'c0ffee00-0000-7000-8000-000000000001',
  })
  response.end(body === undefined ? '' : JSON.stringify(body))
}

async function servePage(path: string, response: ServerResponse, pageDir: string): Promise<void> {
  const relative = normalize(path.replace(/^\/marketprep\/?/, ''))
  const file = extname(relative) === '' ? 'index.html' : relative
  try {
    const content = await readFile(join(pageDir, file))
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
    response.end(content)
  } catch {
    response.writeHead(404)
    response.end()
  }
}
