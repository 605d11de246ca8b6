import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addService, createHttpServer, type HttpServer } from '@seaworthy/fastify'
import { marketprepRoutes } from '../src/routes/marketprep-routes.ts'
import { startRig, type Rig } from './marketprep-rig.ts'
import { cursorKey } from './test-database.ts'

/** MarketPrep with its routes, asked without a socket. */
export interface HttpRig extends AsyncDisposable {
  readonly rig: Rig
  readonly server: HttpServer
  ask(method: 'GET' | 'POST', path: string, options?: AskOptions): Promise<RigAnswer>
  /** Registers a vendor and returns the access token. */
  signUp(name: string): Promise<{ readonly vendorId: string; readonly token: string }>
}

export interface AskOptions {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface RigAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}

export const password = 'a long pass phrase'

/** The limits are wide, so that only the limit under test is met. */
const wide = { quota: 10_000, window: '1m' } as const

export async function startHttpRig(): Promise<HttpRig> {
  const rig = await startRig()
  const pageDirectory = await mkdtemp(join(tmpdir(), 'marketprep-page-'))
  await mkdir(join(pageDirectory, 'assets'))
  await writeFile(join(pageDirectory, 'index.html'), '<h1>MarketPrep</h1>')
  await writeFile(join(pageDirectory, 'assets/there-1a2b.js'), 'export {}')
  const server = await createHttpServer({
    development: true,
    clock: rig.clock,
    trustedProxies: ['127.0.0.1'],
    log: { destination: { write: () => undefined } },
    rateLimit: { default: wide, policies: { 'sign-in': wide, import: wide } },
  })
  await addService(server, {
    service: rig.parts.service,
    prefix: '/marketprep',
    tokens: rig.parts.tokens,
    routes: marketprepRoutes({ ...rig.parts, cursorKey, pageDirectory }),
  })
  await server.ready()
  const ask: HttpRig['ask'] = async (method, path, { token, body, headers = {} } = {}) => {
    const answer = await server.inject({
      method,
      url: `/marketprep${path}`,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      ...(body !== undefined && { payload: body as string | object }),
    })
    const isJson = String(answer.headers['content-type']).includes('json')
    return { status: answer.statusCode, headers: answer.headers, body: isJson ? answer.json() : {} }
  }
  return {
    rig,
    server,
    ask,
    async signUp(name) {
      const email = `${name.toLowerCase()}@example.com`
      const { body } = await ask('POST', '/api/auth/register', {
        body: { email, password, businessName: name },
      })
      const { accessToken, vendor } = body as { accessToken: string; vendor: { id: string } }
      return { vendorId: vendor.id, token: accessToken }
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await rig[Symbol.asyncDispose]()
      await rm(pageDirectory, { recursive: true, force: true })
    },
  }
}
