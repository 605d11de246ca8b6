import { principalOf, type HttpServer } from '@seaworthy/fastify'
import type { Clock } from 'seaworthy/core'
import { Type } from 'typebox'
import type { Accounts } from '../accounts/accounts.ts'
import { DemoAccount, LoginBody, RegisterBody, Session, Vendor } from '../contract/account.ts'
import { AttemptLimit } from './attempt-limit.ts'
import { clearCookie, readCookie, writeCookie } from './cookie.ts'
import { refreshCookie } from './refresh-cookie.ts'

export interface AccountRoutesOptions {
  readonly accounts: Accounts
  readonly demo: DemoAccount['demo']
  readonly clock: Clock
}

/** Signing up, in and out. */
export function accountRoutes(scope: HttpServer, { accounts, demo, clock }: AccountRoutesOptions): void {
  const attempts = new AttemptLimit(clock)
  const open = { auth: 'public', rateLimit: 'sign-in', capability: 'account' } as const
  const tags = ['account']

  scope.post(
    '/auth/register',
    { config: open, schema: { tags, summary: 'Sign up', body: RegisterBody, response: { 201: Session } } },
    async (request, reply) => {
      const { session, refreshToken } = await accounts.register(request.body)
      writeCookie(reply, refreshCookie, refreshToken)
      return reply.code(201).send(session)
    },
  )

  scope.post(
    '/auth/login',
    { config: open, schema: { tags, summary: 'Sign in', body: LoginBody, response: { 200: Session } } },
    async (request, reply) => {
      // Before the password is looked at, so that guesses made at once count, too.
      attempts.take(request.body.email)
      const { session, refreshToken } = await accounts.signIn(request.body)
      writeCookie(reply, refreshCookie, refreshToken)
      return session
    },
  )

  scope.post(
    '/auth/refresh',
    {
      config: { ...open, rateLimit: 'default' },
      schema: {
        tags,
        summary: 'Exchange the refresh cookie for a new session; 204 when there is no cookie',
        response: { 200: Session, 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const presented = readCookie(request, refreshCookie)
      // Every first visit asks. Nobody being signed in is no failure, and a browser would log a 401 as one.
      if (presented === undefined) return reply.code(204).send(null)
      const { session, refreshToken } = await accounts.refresh(presented)
      writeCookie(reply, refreshCookie, refreshToken)
      return session
    },
  )

  scope.post(
    '/auth/logout',
    {
      config: { ...open, rateLimit: 'default' },
      schema: { tags, summary: 'Sign out', response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await accounts.signOut(readCookie(request, refreshCookie))
      clearCookie(reply, refreshCookie)
      return reply.code(204).send(null)
    },
  )

  scope.get(
    '/demo',
    {
      config: { auth: 'public' },
      schema: { tags, summary: 'How to sign in as the demo vendor', response: { 200: DemoAccount } },
    },
    () => ({ demo }),
  )

  scope.get(
    '/vendors/me',
    {
      config: { capability: 'account' },
      schema: { tags, summary: 'Who is signed in', response: { 200: Vendor } },
    },
    (request) => accounts.vendor(principalOf(request).subject),
  )
}
