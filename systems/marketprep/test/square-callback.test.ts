import { afterAll, beforeAll, expect, test } from 'vitest'
import { squareStatus } from '../src/data/index.ts'
import { approveAsSeller } from '../src/demo/approve-as-seller.ts'
import { startHttpRig, type HttpRig } from './http-rig.ts'

let http: HttpRig
beforeAll(async () => {
  http = await startHttpRig()
}, 120_000)
afterAll(() => http[Symbol.asyncDispose]())

/** Begins to connect in one browser, and lets a seller approve it. */
async function approved(name: string, headers: Record<string, string> = {}) {
  const { token, vendorId } = await http.signUp(name)
  const answer = await http.ask('POST', '/api/square/connect', { token, headers })
  const setCookie = String(answer.headers['set-cookie'])
  const cookie = setCookie.split(';')[0] ?? ''
  const { code, state = '' } = await approveAsSeller(String(answer.body['authorizeUrl']))
  return { vendorId, setCookie, cookie, query: String(new URLSearchParams({ code, state })) }
}

const callback = (query: string, cookie?: string) =>
  http.ask('GET', `/api/square/callback?${query}`, { headers: cookie === undefined ? {} : { cookie } })
const isConnected = async (vendorId: string) => (await http.rig.db.as(vendorId, squareStatus)).connected

test('POST /square/connect: the nonce goes to the callback only, for ten minutes, out of reach of scripts', async () => {
  const { setCookie, cookie, query } = await approved('Attributes')
  expect(setCookie.split('; ').slice(1)).toEqual([
    'Path=/marketprep/api/square/callback',
    'Max-Age=600',
    'HttpOnly',
    'SameSite=Lax',
  ])
  expect(query).not.toContain(cookie.split('=')[1])
  const overTls = await approved('Tls', { 'x-forwarded-proto': 'https' })
  expect(overTls.setCookie).toMatch(/; Secure$/)
})

test('GET /square/callback: an approval that comes back to another browser connects nobody', async () => {
  const victim = await approved('Lured')
  const other = await approved('Other')
  for (const cookie of [undefined, other.cookie, 'marketprep_square=short']) {
    const answer = await callback(victim.query, cookie)
    expect(answer).toMatchObject({ status: 303, headers: { location: '/marketprep/?square=expired' } })
  }
  expect(await isConnected(victim.vendorId)).toBe(false)
})

test('GET /square/callback: the browser that began connects its vendor, and forgets the nonce', async () => {
  const { vendorId, cookie, query } = await approved('Began')
  const answer = await callback(query, `theme=dark; ${cookie}`)
  expect(answer).toMatchObject({ status: 303, headers: { location: '/marketprep/?square=connected' } })
  expect(answer.headers['set-cookie']).toMatch(/^marketprep_square=; .*Max-Age=0;/)
  expect(await isConnected(vendorId)).toBe(true)
})
