import type { FastifyReply, FastifyRequest } from 'fastify'
import { refreshTokenSeconds } from '../accounts/accounts.ts'

/** The one cookie: it holds the refresh token, goes only to the sign-in routes, and no script can read it. */

const name = 'marketprep_refresh'
const path = '/marketprep/api/auth'

export function readRefreshCookie(request: FastifyRequest): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value !== undefined && /^[\w-]{20,100}$/.test(value)) return value
  }
  return undefined
}

export function writeRefreshCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.header('set-cookie', cookie(request, token, refreshTokenSeconds))
}

export function clearRefreshCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', cookie(request, '', 0))
}

function cookie(request: FastifyRequest, value: string, maxAgeSeconds: number): string {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  return `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`
}
