import type { FastifyReply, FastifyRequest } from 'fastify'

/** A cookie that no script can read and that goes to one path only. */
export interface CookieKind {
  readonly name: string
  readonly path: string
  readonly maxAgeSeconds: number
  readonly sameSite: 'Strict' | 'Lax'
}

/** The value of a cookie; undefined when there is none, or none that was made here. */
export function readCookie(request: FastifyRequest, { name }: CookieKind): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value !== undefined && /^[\w-]{20,100}$/.test(value)) return value
  }
  return undefined
}

export function writeCookie(reply: FastifyReply, kind: CookieKind, value: string): void {
  const { name, path, maxAgeSeconds, sameSite } = kind
  const secure = reply.request.protocol === 'https' ? '; Secure' : ''
  const attributes = `Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`
  reply.header('set-cookie', `${name}=${value}; ${attributes}`)
}

export function clearCookie(reply: FastifyReply, kind: CookieKind): void {
  writeCookie(reply, { ...kind, maxAgeSeconds: 0 }, '')
}
