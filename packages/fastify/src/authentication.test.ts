import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { fixture, plainService } from '../test/fixture.ts'
import { createAccessTokens } from './access-tokens.ts'
import { addService } from './add-service.ts'
import { principalOf, requireRole } from './authentication.ts'

async function server() {
  const clock = manualClock()
  const secret = 'a secret of at least thirty-two bytes'
  const tokens = createAccessTokens({ secret, issuer: 'i', audience: 'a', clock })
  const { server: http } = await fixture({ clock })
  await addService(http, {
    service: plainService(),
    tokens,
    docs: false,
    routes: (scope) => {
      scope.get('/me', { config: { auth: 'public' } }, async (request) => ({
        me: principalOf(request).subject,
      }))
      scope.get('/admin', { preHandler: requireRole('admin') }, async () => ({ admin: true }))
    },
  })
  const ask = async (url: string, roles?: readonly string[]) => {
    const token = roles === undefined ? undefined : await tokens.issue({ subject: 'ann', roles })
    return http.inject({ url, headers: token === undefined ? {} : { authorization: `bearer ${token}` } })
  }
  return { http, ask }
}

test('principalOf: is the caller, and 401 where there is none', async () => {
  const { ask } = await server()
  expect((await ask('/me', [])).json()).toEqual({ me: 'ann' })
  expect((await ask('/me')).json()).toMatchObject({ status: 401, code: 'ERR_UNAUTHENTICATED' })
})

test('requireRole: lets the role pass and no other', async () => {
  const { ask } = await server()
  expect((await ask('/admin', ['admin'])).json()).toEqual({ admin: true })
  expect((await ask('/admin', ['vendor'])).json()).toMatchObject({ status: 403, code: 'ERR_FORBIDDEN' })
  expect((await ask('/admin')).statusCode).toBe(401)
})

test('useAuthentication: other schemes than Bearer name nobody', async () => {
  const { http } = await server()
  const answer = await http.inject({ url: '/admin', headers: { authorization: 'Basic YTpi' } })
  expect(answer.json()).toMatchObject({ code: 'ERR_UNAUTHENTICATED' })
})
