/** An answer, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
  readonly ms: number
}

/** Asks MarketPrep as a signed-in vendor. */
export interface Vendor {
  ask(method: string, path: string, body?: unknown): Promise<Answer>
}

export const demo = { email: 'demo@marketprep.example', password: 'bring enough tomatoes' } as const

/** Sends a request and reads the answer whole. */
export async function ask(method: string, url: string, body?: unknown, token?: string): Promise<Answer> {
  const from = performance.now()
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const ms = performance.now() - from
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text, ms }
}

/** Signs in, by default as the demo vendor. */
export async function signIn(url: string, credentials: unknown = demo, how = 'login'): Promise<Vendor> {
  const { status, body } = await ask('POST', `${url}/marketprep/api/auth/${how}`, credentials)
  const token = (body as { readonly accessToken?: string }).accessToken
  if (token === undefined) throw new Error(`cannot sign in: ${status} ${JSON.stringify(body)}`)
  return { ask: (method, path, json) => ask(method, `${url}/marketprep/api${path}`, json, token) }
}
