import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVenue } from '../src/data/index.ts'
import { dayIn } from '../src/market-days.ts'
import { password, startHttpRig, type HttpRig } from './http-rig.ts'

let http: HttpRig
beforeAll(async () => {
  http = await startHttpRig()
}, 120_000)
afterAll(() => http[Symbol.asyncDispose]())

const everyDay = [0, 1, 2, 3, 4, 5, 6]
const place = { latitude: 41.93, longitude: -74, marketWeekdays: everyDay }

test.each(['Mars/Phobos', '+05:00', ''])(
  'POST /venues: the time zone %j is refused by name',
  async (zone) => {
    const { token } = await http.signUp(`Zone${zone.length}`)
    const body = { name: 'Plaza', ...place, timeZone: zone }
    const answer = await http.ask('POST', '/api/venues', { token, body })
    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 'ERR_VALIDATION',
        errors: [{ field: 'body/timeZone', message: expect.stringContaining('IANA time zone') }],
      },
    })
  },
)

test('GET /market-days: a venue of an unknown time zone takes nothing from the others', async () => {
  const { token, vendorId } = await http.signUp('Survives')
  const body = { name: 'Plaza', ...place, timeZone: 'UTC' }
  expect(await http.ask('POST', '/api/venues', { token, body })).toMatchObject({ status: 201 })
  await http.rig.db.as(vendorId, (tx) =>
    createVenue(tx, { ...place, name: 'Crater', timeZone: 'Mars/Phobos' }),
  )
  const { status, body: days } = await http.ask('GET', '/api/market-days?days=2', { token })
  expect(status).toBe(200)
  expect(days['items']).toMatchObject([{ venueName: 'Plaza' }, { venueName: 'Plaza' }])
})

test('POST /recommendations: in development a request may break an ingredient, for itself alone', async () => {
  const { token } = await http.signUp('Breaks')
  const venue = { name: 'Plaza', ...place, timeZone: 'America/New_York' }
  const added = await http.ask('POST', '/api/venues', { token, body: venue })
  const body = { venueId: added.body['id'], marketDate: dayIn('America/New_York', http.rig.clock.wallTime()) }
  const weatherOf = async (headers: Record<string, string>) => {
    const answer = await http.ask('POST', '/api/recommendations', { token, body, headers })
    const sources = answer.body['sources'] as readonly { dependency: string; degraded: boolean }[]
    return sources.find(({ dependency }) => dependency === 'weather')
  }
  expect(await weatherOf({ 'x-fault': 'weather:error' })).toMatchObject({ degraded: true })
  expect(await weatherOf({})).toMatchObject({ degraded: false })
})

test('GET /openapi.json: describes a venue', async () => {
  const { status, body } = await http.ask('GET', '/openapi.json')
  expect(status).toBe(200)
  expect(JSON.stringify(body)).toContain('"timeZone":{"type":"string","maxLength":60')
})

test('POST /auth/refresh: no cookie is no session, a cookie that holds none is refused', async () => {
  const refresh = (headers: Record<string, string>) => http.ask('POST', '/api/auth/refresh', { headers })
  const none = await refresh({})
  expect(none.status).toBe(204)
  expect(none.headers).not.toHaveProperty('set-cookie')
  const stale = await refresh({ cookie: `marketprep_refresh=${'x'.repeat(43)}` })
  expect(stale).toMatchObject({ status: 401, body: { code: 'ERR_SESSION_ENDED' } })
})

const header = 'Date,Item,Qty,Net Sales,Transaction ID\n'
const importing = (token: string, body: unknown, headers: Record<string, string>) =>
  http.ask('POST', '/api/sales/import?mode=check', { token, body, headers })

test.each([
  ['JSON', { rows: [] }, { 'content-type': 'application/json' }],
  ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['bytes of no kind', Buffer.from(header), {}],
  ['nothing', undefined, {}],
])('POST /sales/import: %s is no file of sales', async (name, body, headers) => {
  const { token } = await http.signUp(`Media${name.length}`)
  expect(await importing(token, body, headers as Record<string, string>)).toMatchObject({
    status: 415,
    body: { code: 'ERR_UNSUPPORTED_MEDIA_TYPE' },
  })
})

test('POST /sales/import: CSV is read, and nowhere else', async () => {
  const { token } = await http.signUp('Csv')
  const csv = { 'content-type': 'text/csv; charset=utf-8' }
  expect(await importing(token, header, csv)).toMatchObject({ status: 200 })
  const elsewhere = await http.ask('POST', '/api/venues', { token, body: header, headers: csv })
  expect(elsewhere).toMatchObject({ status: 415 })
})

test('GET /assets: a file that is missing is 404, one that is there is kept for ever', async () => {
  const there = await http.ask('GET', '/assets/there-1a2b.js')
  expect(there.status).toBe(200)
  expect(there.headers['cache-control']).toContain('immutable')
  for (const path of ['/assets/x', '/assets/', '/assets/a/b.js']) {
    const missing = await http.ask('GET', path)
    expect([path, missing]).toMatchObject([path, { status: 404, body: { code: 'ERR_NOT_FOUND' } }])
    expect(missing.headers['cache-control']).toBe('no-store')
    expect(missing.headers).not.toHaveProperty('allow')
  }
})

test('POST /auth/login: an account is limited by itself, whoever asks and however it is written', async () => {
  await http.signUp('Guessed')
  const login = (email: string, pass: string) =>
    http.ask('POST', '/api/auth/login', { body: { email, password: pass } })
  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      login(i % 2 === 0 ? 'guessed@example.com' : 'GUESSED@example.com', `guess ${i}`),
    ),
  )
  expect(guesses.map(({ status }) => status).toSorted()).toEqual([...Array(10).fill(401), 429, 429])
  const refused = await login('Guessed@example.com', password)
  expect(refused).toMatchObject({ status: 429, body: { code: 'ERR_RATE_LIMITED' } })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  await http.signUp('Unharmed')
  expect(await login('unharmed@example.com', password)).toMatchObject({ status: 200 })
})
