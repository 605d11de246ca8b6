import { manualClock } from 'seaworthy/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Simulators, startSimulators } from '../src/index.ts'
import {
  api,
  application,
  call,
  connect,
  decide,
  type ErrorBody,
  redirectUri,
  token,
} from './square-session.ts'

const hourMs = 3_600_000
let clock = manualClock()
let simulators: Simulators

beforeEach(async () => {
  clock = manualClock(Date.UTC(2026, 2, 14, 12))
  simulators = await startSimulators({ clock, square: { accessTokenLifetime: '1h' } })
})

afterEach(() => simulators.stop())

function merchant(access: string): ReturnType<typeof api<ErrorBody & { merchant: { id: string } }>> {
  return api(simulators, access, { path: '/v2/merchants/me' })
}

describe('Square OAuth', () => {
  test('the consent page shows the scopes and escapes what it is given', async () => {
    const query = new URLSearchParams({
      client_id: application.id,
      scope: 'ITEMS_READ <script>',
      state: '"><b>',
      redirect_uri: redirectUri,
    })
    const page = await call<string>(`${simulators.baseUrl('square')}/oauth2/authorize?${query}`)
    expect(page.status).toBe(200)
    expect(page.body).toContain('ITEMS_READ')
    expect(page.body).not.toContain('<script>')
    expect(page.body).not.toContain('"><b>')
  })

  test('an unknown application or a foreign redirect gets no form', async () => {
    const url = (query: object): string =>
      `${simulators.baseUrl('square')}/oauth2/authorize?${new URLSearchParams({ ...query })}`
    expect((await call(url({ client_id: 'other', redirect_uri: redirectUri }))).status).toBe(400)
    expect(
      (await call(url({ client_id: application.id, redirect_uri: 'https://example.org/' }))).status,
    ).toBe(400)
  })

  test('approval returns a code with the state; denial says so', async () => {
    const approved = await decide(simulators, 'approve')
    expect(approved.searchParams.get('state')).toBe('state-1')
    expect(approved.searchParams.get('code')).toMatch(/^sandbox-sq0cgb-/)
    const denied = await decide(simulators, 'deny')
    expect(denied.searchParams.get('error')).toBe('access_denied')
    expect(denied.searchParams.get('error_description')).toBe('user_denied')
    expect(denied.searchParams.get('code')).toBeNull()
  })

  test('a code works once', async () => {
    const code = (await decide(simulators, 'approve')).searchParams.get('code')
    const first = await token(simulators, { grant_type: 'authorization_code', code })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ token_type: 'bearer', merchant_id: 'MHILLSDFARM01' })
    expect(first.body.expires_at).toBe('2026-03-14T13:00:00.000Z')
    expect((await token(simulators, { grant_type: 'authorization_code', code })).status).toBe(401)
  })

  test('a code expires, and only goes with its secret and redirect', async () => {
    const code = async (): Promise<string | null> =>
      (await decide(simulators, 'approve')).searchParams.get('code')
    const late = await code()
    await clock.advance(5 * 60_000)
    const grant = { grant_type: 'authorization_code' }
    expect((await token(simulators, { ...grant, code: late })).status).toBe(401)
    expect((await token(simulators, { ...grant, code: await code(), client_secret: 'x' })).status).toBe(401)
    expect(
      (await token(simulators, { ...grant, code: await code(), redirect_uri: 'http://localhost/' })).status,
    ).toBe(400)
    expect((await token(simulators, { grant_type: 'password' })).status).toBe(400)
  })

  test('an expired access token is refused, and a refresh brings a new one', async () => {
    const { access_token, refresh_token } = await connect(simulators)
    expect((await merchant(access_token)).body.merchant.id).toBe('MHILLSDFARM01')
    await clock.advance(hourMs)
    const expired = await merchant(access_token)
    expect(expired.status).toBe(401)
    expect(expired.body.errors[0]).toMatchObject({
      category: 'AUTHENTICATION_ERROR',
      code: 'ACCESS_TOKEN_EXPIRED',
    })
    const renewed = await token(simulators, { grant_type: 'refresh_token', refresh_token })
    expect(renewed.body.refresh_token).toBe(refresh_token)
    expect((await merchant(renewed.body.access_token)).status).toBe(200)
  })

  test('revocation ends access and refresh, until the seller approves again', async () => {
    const { access_token, refresh_token } = await connect(simulators)
    const revoke = (headers: Record<string, string>): Promise<{ status: number }> =>
      call(`${simulators.baseUrl('square')}/oauth2/revoke`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ client_id: application.id, access_token }),
      })
    expect((await revoke({ authorization: `Bearer ${access_token}` })).status).toBe(400)
    expect((await revoke({ authorization: `Client ${application.secret}` })).status).toBe(200)
    expect((await merchant(access_token)).body.errors[0]?.code).toBe('ACCESS_TOKEN_REVOKED')
    expect((await token(simulators, { grant_type: 'refresh_token', refresh_token })).status).toBe(401)
    const again = await connect(simulators)
    expect((await merchant(again.access_token)).status).toBe(200)
  })

  test('a token survives a restart with the same seed and is foreign to another', async () => {
    const { access_token } = await connect(simulators)
    await using same = await startSimulators({ clock })
    await using other = await startSimulators({ clock, seed: 2 })
    const path = '/v2/merchants/me'
    expect((await api(same, access_token, { path })).status).toBe(200)
    expect((await api(other, access_token, { path })).status).toBe(401)
  })

  test('a token reaches only what its scopes and its seller allow', async () => {
    const limited = await connect(simulators, { scope: 'ITEMS_READ' })
    const refused = await merchant(limited.access_token)
    expect(refused.status).toBe(403)
    expect(refused.body.errors[0]?.code).toBe('INSUFFICIENT_SCOPES')
    const flowers = await connect(simulators, { merchant: 'MVALLYFLWRS02' })
    expect((await merchant(flowers.access_token)).body.merchant.id).toBe('MVALLYFLWRS02')
    expect((await merchant('')).body.errors[0]?.code).toBe('UNAUTHORIZED')
    expect((await merchant(`${limited.access_token}x`)).status).toBe(401)
  })

  test('answers name the version of the API, and a version that is none is refused', async () => {
    const { access_token } = await connect(simulators)
    const ask = (version: string): ReturnType<typeof call<ErrorBody>> =>
      call<ErrorBody>(`${simulators.baseUrl('square')}/v2/merchants/me`, {
        headers: { authorization: `Bearer ${access_token}`, 'square-version': version },
      })
    expect((await ask('2025-01-23')).headers.get('square-version')).toBe('2025-01-23')
    expect((await ask('latest')).body.errors[0]?.code).toBe('INVALID_SQUARE_VERSION_FORMAT')
  })
})
