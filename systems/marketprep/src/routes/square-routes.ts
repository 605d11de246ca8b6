import { principalOf, type HttpServer } from '@seaworthy/fastify'
import { errorCode } from 'seaworthy/core'
import { Type } from 'typebox'
import { SquareStatus } from '../contract/sales.ts'
import { newNonce } from '../square/authorisation-state.ts'
import type { SquareConnecting } from '../square/square-connecting.ts'
import { clearCookie, readCookie, writeCookie } from './cookie.ts'
import { squareCookie } from './square-cookie.ts'

export interface SquareRoutesOptions {
  readonly connecting: SquareConnecting
  /** Starts a synchronisation in the background. */
  readonly synchronise: (vendorId: string) => void
}

const CallbackQuery = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 500 })),
  state: Type.Optional(Type.String({ maxLength: 500 })),
  error: Type.Optional(Type.String({ maxLength: 100 })),
})

const config = { capability: 'synchronise' } as const
const tags = ['square']

/** Connecting Square, and taking sales from it. */
export function squareRoutes(scope: HttpServer, options: SquareRoutesOptions): void {
  const { connecting, synchronise } = options
  connectRoutes(scope, options)

  scope.get(
    '/square/status',
    {
      config,
      schema: {
        tags,
        summary: 'Whether Square is connected, and the last synchronisation',
        response: { 200: SquareStatus },
      },
    },
    (request) => connecting.status(principalOf(request).subject),
  )

  scope.post(
    '/square/sync',
    {
      config,
      schema: { tags, summary: 'Take new products and orders from Square', response: { 202: SquareStatus } },
    },
    async (request, reply) => {
      const vendorId = principalOf(request).subject
      const status = await connecting.status(vendorId)
      if (status.connected) synchronise(vendorId)
      return reply.code(202).send(status.connected ? { ...status, sync: 'running' } : status)
    },
  )

  scope.delete(
    '/square',
    { config, schema: { tags, summary: 'Disconnect Square; sales stay', response: { 200: SquareStatus } } },
    (request) => connecting.end(principalOf(request).subject),
  )
}

/** To Square's consent page and back. */
function connectRoutes(scope: HttpServer, { connecting, synchronise }: SquareRoutesOptions): void {
  scope.post(
    '/square/connect',
    {
      config,
      schema: {
        tags,
        summary: 'Begin to connect Square',
        response: { 200: Type.Object({ authorizeUrl: Type.String() }) },
      },
    },
    (request, reply) => {
      const nonce = newNonce()
      writeCookie(reply, squareCookie, nonce)
      return { authorizeUrl: connecting.begin(principalOf(request).subject, nonce) }
    },
  )

  scope.get(
    '/square/callback',
    {
      config: { ...config, auth: 'public' },
      schema: {
        tags,
        summary: "Where Square sends the vendor's browser back to",
        querystring: CallbackQuery,
      },
    },
    async (request, reply) => {
      const { code, state, error } = request.query
      const nonce = readCookie(request, squareCookie)
      clearCookie(reply, squareCookie)
      if (error !== undefined || code === undefined) return reply.redirect('/marketprep/?square=denied', 303)
      try {
        synchronise(await connecting.finish({ code, state, nonce }))
        return await reply.redirect('/marketprep/?square=connected', 303)
      } catch (failure) {
        request.log.warn({ event: 'square', error: failure }, 'Connecting Square failed')
        const reason = errorCode(failure) === 'ERR_SQUARE_STATE' ? 'expired' : 'failed'
        return reply.redirect(`/marketprep/?square=${reason}`, 303)
      }
    },
  )
}
